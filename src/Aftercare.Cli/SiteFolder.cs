using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Json;
using Aftercare.Trust.Keys;
using Aftercare.Trust.Tuf;

namespace Aftercare.Cli;

/// <summary>
/// What a site's computer keeps: whom it trusts, its key and token, the offers it has asked for, and receipts that are not sent yet. Made by <c>aftercare trust</c>.
/// </summary>
internal sealed class SiteFolder
{
    private const int MostSettingsBytes = 64 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder;
    private readonly Uri _server;

    private SiteFolder(string folder, Uri server, string site, bool allowTest) => (_folder, _server, Site, AllowTest) = (folder, server, site, allowTest);

    /// <summary>The site's name, as the manufacturer has it.</summary>
    internal string Site { get; }

    /// <summary>A demonstration's root is allowed here.</summary>
    internal bool AllowTest { get; }

    internal string Metadata => Path.Combine(_folder, "metadata");

    internal string Outbox => Path.Combine(_folder, "outbox");

    internal static string KeyPath(string folder) => Path.Combine(folder, "site.key");

    internal static SiteFolder Open(string folder)
    {
        if (Read(Path.Combine(folder, "site.json")) is not { } settings)
            throw new RefusedException($"{folder} is not set up. Get a code on the manufacturer's portal and run: aftercare trust.");
        return new SiteFolder(folder, new Uri(settings.GetProperty("server").GetString()!), settings.GetProperty("site").GetString()!, settings.GetProperty("allowTest").GetBoolean());
    }

    /// <summary>Writes down what <c>aftercare trust</c> was told, the token for the owner's eyes only.</summary>
    internal static void Save(string folder, Uri server, string site, bool allowTest, string token)
    {
        Write(Path.Combine(folder, "token"), Encoding.UTF8.GetBytes(token + "\n"));
        Write(Path.Combine(folder, "site.json"), Encoding.UTF8.GetBytes(new JsonObject { ["server"] = server.AbsoluteUri, ["site"] = site, ["allowTest"] = allowTest }.ToJsonString()));
    }

    internal Server Connect() => new(_server, Secrets.Token(Path.Combine(_folder, "token")));

    internal FileKey OpenKey(string? passphraseFile) =>
        passphraseFile is null ? FileKey.OpenUnprotected(KeyPath(_folder)) : Take.OpenKey(KeyPath(_folder), passphraseFile);

    /// <summary>Asks the server for the offer, and keeps it for when there is no connection.</summary>
    internal async Task<Offer> Ask(Server server, string update, CancellationToken stop)
    {
        var json = await server.Get($"api/v1/site/updates/{Uri.EscapeDataString(update)}", stop);
        var offer = Offer.Read(json);
        Write(OfferPath(update), Encoding.UTF8.GetBytes(json.GetRawText()));
        return offer;
    }

    /// <summary>The offer as it was asked for last.</summary>
    internal Offer Known(string update) => Read(OfferPath(update)) is { } json
        ? Offer.Read(json)
        : throw new RefusedException($"Nothing is known here about {update}. Run first: aftercare get {update}.");

    /// <param name="metadata">Where metadata comes from.</param>
    internal TufClient Client(TufFetch metadata, TufFetch targets) =>
        new(new TufClientOptions { MetadataFolder = Metadata, FetchMetadata = metadata, FetchTarget = targets, AllowTestRoot = AllowTest });

    /// <summary>Whole or absent after a crash, and for the owner only.</summary>
    internal static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(path + ".tmp", options))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(path + ".tmp", path, overwrite: true);
    }

    private string OfferPath(string update) => Path.Combine(_folder, "offers", Uri.EscapeDataString(update) + ".json");

    private static JsonElement? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return StrictJson.Parse(File.ReadAllBytes(path), new JsonLimits(path.EndsWith("site.json", StringComparison.Ordinal) ? MostSettingsBytes : 16 * 1024 * 1024));
        }
        catch (JsonFaultException fault)
        {
            throw new RefusedException($"{path} is damaged: {fault.Message}", fault);
        }
    }
}
