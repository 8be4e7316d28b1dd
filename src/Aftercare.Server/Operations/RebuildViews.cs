using System.Collections.Immutable;
using System.Globalization;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Operations;

/// <summary>Builds the live views anew from the ledger: after a bug in a view, or to see that they are what the ledger says.</summary>
internal static class RebuildViews
{
    internal static async Task<int> Run(Installation installation, ImmutableArray<string> arguments, TextWriter output, CancellationToken stop)
    {
        installation.RequireThere();
        using var held = installation.Postgres is null ? DataLock.Take(installation.Data, "the command rebuild") : null;
        await using var database = installation.OpenDatabase();
        await database.Migrate(stop);
        var subjects = await Generations.Rebuild(database, stop);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"The views of {subjects} subjects were built anew."));
        return 0;
    }
}
