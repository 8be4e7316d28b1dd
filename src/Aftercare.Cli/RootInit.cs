using System.CommandLine;
using System.Text.Json;
using Aftercare.Trust.Keys;
using Aftercare.Trust.Tuf;

namespace Aftercare.Cli;

/// <summary><c>aftercare root init</c>: drafts the first root from the public keys of the people who will sign.</summary>
internal static class RootInit
{
    private static readonly Option<Uri> Server = Take.Server();
    private static readonly Option<string[]> Keys = new("--key")
    {
        Description = "Public key files (NAME.pub) of the signers, each another person's; at least 3",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<int> Threshold = new("--threshold") { Description = "How many of them must sign; default 2", DefaultValueFactory = _ => 2 };
    private static readonly Option<int> Days = new("--days") { Description = "Until it expires; default 365", DefaultValueFactory = _ => 365 };
    private static readonly Option<string> Out = new("--out") { Description = "The draft to carry round", Required = true };

    internal static Command Command { get; } = new Command("init", "Drafts the first root of trust for its people to sign") { Server, Keys, Threshold, Days, Out }
        .With(command => command.SetAction(Run));

    private static async Task<int> Run(ParseResult said, CancellationToken stop)
    {
        var people = new Quorum(said.GetValue(Threshold), [.. said.GetRequiredValue(Keys).Select(ReadPublic)]);
        using var server = new Server(said.GetRequiredValue(Server));
        var online = await server.Get("api/v1/trust/online-keys", stop);
        var plan = new RootPlan(people, people, Online(online, "snapshot"), Online(online, "timestamp"), DateTimeOffset.UtcNow.AddDays(said.GetValue(Days)));
        var draft = TufRepository.DraftFirstRoot(plan);
        var path = said.GetRequiredValue(Out);
        if (File.Exists(path))
            throw new RefusedException($"{path} exists already. A draft is never overwritten.");
        await File.WriteAllBytesAsync(path, draft.ToBytes(), stop);
        RootText.Show(draft);
        Console.WriteLine($"Wrote {path}. {said.GetValue(Threshold)} of {people.Keys.Length} people sign it with: aftercare root sign {path} --key NAME.key");
        return 0;
    }

    private static PublicKey ReadPublic(string path)
    {
        if (!File.Exists(path))
            throw new RefusedException($"There is no file {path}.");
        try
        {
            return PublicKey.Parse(File.ReadAllBytes(path));
        }
        catch (FormatException e)
        {
            throw new RefusedException($"{path} is not a public key file (NAME.pub): {e.Message}", e);
        }
    }

    private static PublicKey Online(JsonElement keys, string name)
    {
        try
        {
            return PublicKey.Parse(JsonSerializer.SerializeToUtf8Bytes(keys.GetProperty(name)));
        }
        catch (Exception e) when (e is FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new RefusedException($"The server names no usable {name} key: {e.Message}", e);
        }
    }
}
