using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;

namespace Aftercare.Cli;

/// <summary><c>aftercare root submit</c>: gives the signed root to the server, which checks the threshold; a second person publishes it at the desk.</summary>
internal static class RootSubmit
{
    private static readonly Argument<string[]> Drafts = new("DRAFT") { Description = "The signed draft, or several copies that went to different people", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<Uri> Server = Take.Server();
    private static readonly Option<string> TokenFile = Take.TokenFile();

    internal static Command Command { get; } = new Command("submit", "Hands the signed root to the server") { Drafts, Server, TokenFile }
        .With(command => command.SetAction(Run));

    private static async Task<int> Run(ParseResult said, CancellationToken stop)
    {
        var copies = said.GetRequiredValue(Drafts).Select(RootSign.Read).ToList();
        var draft = copies.Skip(1).Aggregate(copies[0], (all, copy) => all.CollectFrom(copy));
        _ = draft.ToMetadata();
        using var server = new Server(said.GetRequiredValue(Server), Secrets.Token(said.GetRequiredValue(TokenFile)));
        await server.Post("api/v1/trust/root", new JsonObject { ["draft"] = Encoding.UTF8.GetString(draft.ToBytes()) }, stop);
        Console.WriteLine($"The server has root version {draft.Version}. An administrator or quality now compares the fingerprints and publishes it at the desk, under Signing.");
        return 0;
    }
}
