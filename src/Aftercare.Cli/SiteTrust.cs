using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Aftercare.Trust.Keys;
using Aftercare.Trust.Tuf;

namespace Aftercare.Cli;

/// <summary><c>aftercare trust</c>: sets up a site's computer. It learns whose signatures count, makes the site's key, and enrols it with a one-time code.</summary>
internal static class SiteTrust
{
    private static readonly Option<Uri> Server = Take.Server();
    private static readonly Option<string> Code = new("--code") { Description = "The one-time code from the manufacturer's portal", Required = true };
    private static readonly Option<string> SiteDir = new("--site-dir") { Description = "A folder for what this computer keeps; made if it is not there", Required = true };
    private static readonly Option<string?> RootSha256 = new("--root-sha256") { Description = "The fingerprint from the instructions for use: 64 hex digits, blanks allowed. Else it is shown and you are asked to compare it" };
    private static readonly Option<string?> PassphraseFile = new("--passphrase-file") { Description = "File whose first line protects the site's key; without it the file's mode does" };
    private static readonly Option<bool> AllowTest = new("--allow-test") { Description = "Accept a demonstration's signatures, which guard nothing" };

    internal static Command Command { get; } = new Command("trust", "Sets up this computer for a site: whom to trust, the site's key, its token") { Server, Code, SiteDir, RootSha256, PassphraseFile, AllowTest }
        .With(command => command.SetAction(Run));

    private static async Task<int> Run(ParseResult said, CancellationToken stop)
    {
        var folder = said.GetRequiredValue(SiteDir);
        var address = said.GetRequiredValue(Server);
        using var server = new Server(address);
        var root = await server.File("tuf/metadata/1.root.json", stop) ?? throw new RefusedException("The server has no signatures to trust yet. Ask the manufacturer.");
        Compare(root, said.GetValue(RootSha256));
        await Keep(root, folder, said.GetValue(AllowTest), stop);
        using var key = Key(SiteFolder.KeyPath(folder), said.GetValue(PassphraseFile));
        var answer = await server.Post("api/v1/site-keys", new JsonObject { ["code"] = said.GetRequiredValue(Code), ["publicKey"] = key.PublicKey.ToJson().ToJsonString() }, stop);
        if (!answer.TryGetProperty("token", out var token))
            throw new RefusedException("The code was used already and its answer was lost. Get another code and run the same command again.");
        var site = answer.GetProperty("site").GetString()!;
        SiteFolder.Save(folder, address, site, said.GetValue(AllowTest), token.GetString()!);
        Console.WriteLine($"This computer now acts for {Screen.Safe(site)}.");
        Console.WriteLine($"Its key has the fingerprint {key.PublicKey.Fingerprint}");
        return 0;
    }

    // The first root is the one thing that no signature vouches for: a person compares it, or names it.
    private static void Compare(byte[] root, string? expected)
    {
        var found = Convert.ToHexStringLower(SHA256.HashData(root));
        if (expected is not null)
        {
            if (!string.Equals(string.Concat(expected.Where(c => !char.IsWhiteSpace(c))), found, StringComparison.OrdinalIgnoreCase))
                throw new RefusedException($"The server's signing keys have the fingerprint {found}, which is not the one you named. Nothing was set up; tell the manufacturer.");
            return;
        }
        Console.WriteLine("Fingerprint of the manufacturer's signing keys:");
        Console.WriteLine($"  {string.Join(' ', found.Chunk(4).Select(group => new string(group)))}");
        if (Console.IsInputRedirected)
            throw new RefusedException("Nobody is there to compare the fingerprint. Name it with --root-sha256.");
        Console.Write("Is it the one in the instructions for use? Type yes: ");
        if (Console.ReadLine()?.Trim() != "yes")
            throw new RefusedException("Nothing was set up: only the whole word yes counts.");
    }

    private static async Task Keep(byte[] root, string folder, bool allowTest, CancellationToken stop)
    {
        TufFetch none = (_, _, _) => Task.FromResult<Fetched?>(null);
        try
        {
            await new TufClient(new TufClientOptions { MetadataFolder = Path.Combine(folder, "metadata"), FetchMetadata = none, FetchTarget = none, AllowTestRoot = allowTest }).InitAsync(root, stop);
        }
        catch (TestRootException fault)
        {
            throw new RefusedException("These are a demonstration's signing keys: they guard nothing. (--allow-test accepts them, for trying out.)", fault);
        }
        catch (InvalidOperationException)
        {
            // A newer root is kept here already: it grew out of this one, or the folder belongs to another manufacturer; the next refresh tells.
            if (!File.Exists(Path.Combine(folder, "site.json")))
                throw new RefusedException($"{folder} trusts other signing keys already. Use another folder.");
        }
    }

    private static FileKey Key(string path, string? passphraseFile)
    {
        if (File.Exists(path))
            return passphraseFile is null ? FileKey.OpenUnprotected(path) : Take.OpenKey(path, passphraseFile);
        var key = FileKey.Create(KeyAlgorithm.EcdsaP256, "site key");
        if (passphraseFile is null)
            key.SaveUnprotected(path);
        else
            key.Save(path, Secrets.Passphrase(passphraseFile, "of the site's key"));
        return key;
    }
}
