using System.CommandLine;
using System.Globalization;
using Aftercare.Deliveries;
using Aftercare.Trust;
using Aftercare.Trust.Tuf;

namespace Aftercare.Cli;

/// <summary>
/// <c>aftercare get</c>: downloads an update, and keeps only what the manufacturer's people signed. Success and failure go to the manufacturer as a signed receipt.
/// </summary>
internal static class Get
{
    private static readonly Argument<string> Update = new("UPDATE") { Description = "The update's number, e.g. U-2026-0003" };
    private static readonly Option<string> SiteDir = Take.SiteDir();
    private static readonly Option<string> Dir = new("--dir") { Description = "Where the files go", Required = true };
    private static readonly Option<string?> Device = new("--device") { Description = "Serial number of the device; refused when the update does not fit it" };
    private static readonly Option<string?> PassphraseFile = Take.SitePassphraseFile();

    internal static Command Command { get; } = new Command("get", "Downloads an update and verifies it") { Update, SiteDir, Dir, Device, PassphraseFile }
        .With(command => command.SetAction(Run));

    private static async Task<int> Run(ParseResult said, CancellationToken stop)
    {
        var site = SiteFolder.Open(said.GetRequiredValue(SiteDir));
        var outbox = new Outbox(site);
        var serial = said.GetValue(Device);
        using var server = site.Connect();
        using var key = site.OpenKey(said.GetValue(PassphraseFile));
        var offer = await site.Ask(server, said.GetRequiredValue(Update), stop);
        var client = site.Client(server.Source("tuf/metadata/"), server.Source("tuf/targets/"));
        SignedRelease? release = null;
        try
        {
            await client.RefreshAsync(TimeProvider.System.GetUtcNow(), stop);
            release = await SignedRelease.Of(client, site, offer, stop);
            RefuseUnlessItFits(release, offer, serial);
            foreach (var file in release.Files)
                Tell(await client.DownloadAsync(file, said.GetRequiredValue(Dir), Progress(file), stop));
        }
        catch (UntrustedException fault) when (fault is not TestRootException)
        {
            outbox.Add(key, offer, ReceiptResult.VerificationFailed, serial, serial is null ? null : offer.Device(serial).Version, null, release?.Seen, fault.Message);
            await outbox.SendAll(server, stop);
            throw new RefusedException($"NOT VERIFIED, do not install {offer.Update}: {Screen.Safe(fault.Message)}", fault);
        }
        TellSigners(release, site);
        outbox.Add(key, offer, ReceiptResult.Verified, serial, serial is null ? null : offer.Device(serial).Version, null, release.Seen, null);
        await outbox.SendAll(server, stop);
        return 0;
    }

    internal static void RefuseUnlessItFits(SignedRelease release, Offer offer, string? serial)
    {
        var faults = serial is not null ? Fit.Faults(release.Offer, offer.Device(serial)) : release.Offer.Withdrawn ? Fit.Faults(release.Offer, new InstalledDevice(release.Offer.Line, release.Offer.FromVersions[0], Retired: false)) : [];
        if (!faults.IsEmpty)
            throw new RefusedException($"{offer.Update} does not fit{(serial is null ? "" : $" device {serial}")}. {Screen.Safe(string.Join(" ", faults.Select(fault => fault.Reason)))}");
    }

    internal static void TellSigners(SignedRelease release, SiteFolder site)
    {
        var signers = Screen.Safe(string.Join(" and ", release.Signers));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Verified here at {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC: signed by {signers}."));
        if (site.AllowTest)
            Console.WriteLine("TEST: demonstration signatures are accepted on this computer.");
    }

    internal static void Tell(VerifiedTarget verified)
    {
        if (!Console.IsErrorRedirected)
            Console.Error.Write("\r");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Screen.Safe(verified.Path)}: {verified.Info.Length} bytes, sha256 {verified.Info.Sha256}"));
    }

    private static Progress<long>? Progress(TargetInfo file) =>
        Console.IsErrorRedirected ? null : new Progress<long>(bytes => Console.Error.Write($"\r{bytes * 100 / Math.Max(1, file.Length)} %"));
}
