using System.CommandLine;
using System.Text.Json.Nodes;
using Aftercare.Trust.Tuf;

namespace Aftercare.Cli;

/// <summary>
/// <c>aftercare sign</c>: fetches exactly the bytes that wait for signatures, shows what they change in words, signs them, and sends back only the
/// signatures. What is shown is read from those bytes and from published metadata whose own signatures were checked; the server's word counts for nothing.
/// </summary>
internal static class Sign
{
    private static readonly Argument<string> Update = new("UPDATE") { Description = "The update's id or number, e.g. U-2026-0003" };
    private static readonly Option<Uri> Server = Take.Server();
    private static readonly Option<string> TokenFile = Take.TokenFile();
    private static readonly Option<string> Key = Take.Key();
    private static readonly Option<string?> PassphraseFile = Take.PassphraseFile();
    private static readonly Option<string?> Root = new("--root") { Description = "The first root (1.root.json) as you got it yourself; the server's must be the same" };
    private static readonly Option<bool> Yes = Take.Yes();

    internal static Command Command { get; } = new Command("sign", "Signs an update with your key, after showing what you sign") { Update, Server, TokenFile, Key, PassphraseFile, Root, Yes }
        .With(command => command.SetAction(Run));

    private static async Task<int> Run(ParseResult said, CancellationToken stop)
    {
        using var server = new Server(said.GetRequiredValue(Server), Secrets.Token(said.GetRequiredValue(TokenFile)));
        var id = await server.IdOf(said.GetRequiredValue(Update), stop);
        var waiting = await server.Get($"api/v1/updates/{id:D}/signing", stop);
        var drafts = waiting.GetProperty("drafts").EnumerateArray().Select(draft => RoleDraft.Parse(draft.GetBytesFromBase64())).ToList();
        var sheet = waiting.GetProperty("sheet");
        SigningText.Show(await Published(server, said.GetValue(Root), stop), drafts, sheet);
        Take.Consent(said.GetValue(Yes), $"Is that what you approve as {sheet.GetProperty("number").GetString()}?");

        using var key = Take.OpenKey(said.GetRequiredValue(Key), said.GetValue(PassphraseFile));
        var signatures = drafts.Select(draft => draft.SignedBy(key).Signatures[^1]);
        var answer = await server.Post($"api/v1/updates/{id:D}/signatures", new JsonObject
        {
            ["keyId"] = key.PublicKey.KeyId,
            ["roles"] = new JsonArray([.. drafts.Select(draft => (JsonNode)draft.Role)]),
            ["signatures"] = new JsonArray([.. signatures.Select(signature => (JsonNode)Convert.ToHexStringLower(signature.Value.Span))]),
        }, stop);
        Console.WriteLine($"Signed as {key.PublicKey.Custodian}. {(answer.TryGetProperty("standing", out var standing) ? standing.GetString() : "")}");
        return 0;
    }

    private static async Task<TufRepository> Published(Server server, string? root, CancellationToken stop)
    {
        if (root is not null && await server.File("tuf/metadata/1.root.json", stop) is var first && !(await File.ReadAllBytesAsync(root, stop)).SequenceEqual(first ?? []))
            throw new RefusedException($"The server's first root is not {root}. Do not sign; find out why.");
        return TufRepository.Load(name => server.File($"tuf/metadata/{Uri.EscapeDataString(name)}", stop).GetAwaiter().GetResult())
            ?? throw new RefusedException("The server has no root of trust yet. Begin with: aftercare root init.");
    }
}
