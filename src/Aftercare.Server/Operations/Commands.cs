using System.Collections.Immutable;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Keys;
using Aftercare.Trust;
using Npgsql;

namespace Aftercare.Server.Operations;

/// <summary>What <c>aftercare-server</c> does instead of serving, when its first argument is one of these words.</summary>
public static class Commands
{
    private sealed record Command(string Name, string Arguments, string Does, Func<Installation, ImmutableArray<string>, TextWriter, CancellationToken, Task<int>> Run)
    {
        public string Usage => $"aftercare-server {Name} {Arguments}".TrimEnd();
    }

    private static readonly ImmutableArray<Command> All =
    [
        new("verify", "", "checks every entry against the log; only reads", VerifyRecord.Run),
        new("rebuild", "", "builds the views anew from the ledger; on PostgreSQL while the server runs", RebuildViews.Run),
        new("backup", "FOLDER", "copies database, originals, packages and public files; the keys folder is yours to copy", BackUp.Run),
        new("restore", "FOLDER", "puts a backup into an empty data folder; on PostgreSQL into an empty database as well", Restore.Run),
        new("declare-gap", "\"REASON\"", "begins a new log after an older database was restored and the newest is lost", DeclareGap.Run),
    ];

    /// <summary>True when the arguments begin with a word: then this is no start of the server.</summary>
    public static bool IsCommand(IReadOnlyList<string> arguments) => arguments is [[not '-', ..], ..];

    /// <returns>0 when it was done and nothing was found; 1 when something was found or could not be done; 2 for a wrong call.</returns>
    public static async Task<int> Run(IReadOnlyList<string> arguments, Installation installation, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        var rest = arguments.Skip(1).ToImmutableArray();
        if (All.FirstOrDefault(one => one.Name == arguments[0]) is not { } command)
            return await Explain(errors, $"There is no command '{arguments[0]}'.");
        if (rest.Length != (command.Arguments.Length > 0 ? 1 : 0))
            return await Explain(errors, $"Call it so: {command.Usage}");
        try
        {
            return await command.Run(installation, rest, output, stop);
        }
        catch (Exception fault) when (fault is CannotStartException or IOException or UnauthorizedAccessException or InvalidDataException or KeyRingException or UntrustedException or NpgsqlException)
        {
            await errors.WriteLineAsync(fault.Message);
            return 1;
        }
    }

    private static async Task<int> Explain(TextWriter errors, string fault)
    {
        await errors.WriteLineAsync(fault);
        foreach (var command in All)
            await errors.WriteLineAsync($"  {command.Usage}: {command.Does}");
        return 2;
    }
}
