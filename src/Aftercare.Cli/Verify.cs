using System.CommandLine;
using System.Security.Cryptography;
using Aftercare.Deliveries;
using Aftercare.Trust.Tuf;

namespace Aftercare.Cli;

/// <summary><c>aftercare verify</c>: checks a file against the signatures that this computer already holds. Needs no network.</summary>
internal static class Verify
{
    private static readonly Argument<string> FileName = new("FILE") { Description = "The file, e.g. from a memory stick" };
    private static readonly Option<string> Update = new("--update") { Description = "The update's number, e.g. U-2026-0003", Required = true };
    private static readonly Option<string> SiteDir = Take.SiteDir();
    private static readonly Option<string?> Device = new("--device") { Description = "Serial number of the device; refused when the update does not fit it" };
    private static readonly Option<string?> PassphraseFile = Take.SitePassphraseFile();

    internal static Command Command { get; } = new Command("verify", "Checks a file of an update without a network") { FileName, Update, SiteDir, Device, PassphraseFile }
        .With(command => command.SetAction(Run));

    private static async Task<int> Run(ParseResult said, CancellationToken stop)
    {
        var (path, serial) = (said.GetRequiredValue(FileName), said.GetValue(Device));
        if (!File.Exists(path))
            throw new RefusedException($"There is no file {path}.");
        var site = SiteFolder.Open(said.GetRequiredValue(SiteDir));
        using var key = site.OpenKey(said.GetValue(PassphraseFile));
        var offer = site.Known(said.GetRequiredValue(Update));
        var kept = TufSources.Folder(site.Metadata);
        var client = site.Client(kept, kept);
        await client.RefreshAsync(TimeProvider.System.GetUtcNow(), stop);
        var release = await SignedRelease.Of(client, site, offer, stop);
        Get.RefuseUnlessItFits(release, offer, serial);
        var before = serial is null ? null : offer.Device(serial).Version;
        var outbox = new Outbox(site);
        using var server = site.Connect();
        try
        {
            Get.Tell(await VerifiedTarget.OfFileAsync(Named(release, path), path, stop));
        }
        catch (TargetMismatchException fault)
        {
            await using var file = File.OpenRead(path);
            var found = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop));
            outbox.Add(key, offer, ReceiptResult.VerificationFailed, serial, before, null, release.Seen, $"{fault.Message} Found SHA-256 {found}.");
            await outbox.SendAll(server, stop);
            throw new RefusedException($"NOT VERIFIED, do not install {offer.Update}: {Screen.Safe(fault.Message)}", fault);
        }
        Get.TellSigners(release, site);
        outbox.Add(key, offer, ReceiptResult.Verified, serial, before, null, release.Seen, null);
        await outbox.SendAll(server, stop);
        return 0;
    }

    private static TargetInfo Named(SignedRelease release, string path)
    {
        if (release.Files is [var only])
            return only;
        var name = Path.GetFileName(path);
        return release.Files.FirstOrDefault(file => file.Path.EndsWith("/" + name, StringComparison.Ordinal))
            ?? throw new RefusedException($"No file of the update is called {name}. Its files are: {string.Join(", ", release.Files.Select(file => file.Path))}.");
    }
}
