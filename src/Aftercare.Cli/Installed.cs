using System.CommandLine;
using Aftercare.Deliveries;

namespace Aftercare.Cli;

/// <summary><c>aftercare installed</c>: says how an installation went, signed with the site's key.</summary>
internal static class Installed
{
    private static readonly Argument<string> Update = new("UPDATE") { Description = "The update's number, e.g. U-2026-0003" };
    private static readonly Option<string> SiteDir = Take.SiteDir();
    private static readonly Option<string> Device = new("--device") { Description = "Serial number of the device", Required = true };
    private static readonly Option<string> Result = new Option<string>("--result") { Description = "How it went: ok, failed or rolled-back", Required = true }.With(option => option.AcceptOnlyFromAmong("ok", "failed", "rolled-back"));
    private static readonly Option<string?> Before = new("--before") { Description = "The version that the device ran; else the one that the manufacturer knows" };
    private static readonly Option<string?> After = new("--after") { Description = "The version that it shows now; else the one that follows from the result" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why it failed" };
    private static readonly Option<string?> PassphraseFile = Take.SitePassphraseFile();

    internal static Command Command { get; } = new Command("installed", "Tells the manufacturer how an installation went") { Update, SiteDir, Device, Result, Before, After, Reason, PassphraseFile }
        .With(command => command.SetAction(Run));

    private static async Task<int> Run(ParseResult said, CancellationToken stop)
    {
        var site = SiteFolder.Open(said.GetRequiredValue(SiteDir));
        var offer = site.Known(said.GetRequiredValue(Update));
        var serial = said.GetRequiredValue(Device);
        var before = said.GetValue(Before) ?? offer.Device(serial).Version;
        var (result, after) = said.GetRequiredValue(Result) switch
        {
            "ok" => (ReceiptResult.Installed, offer.ToVersion),
            "failed" => (ReceiptResult.InstallFailed, null),
            _ => (ReceiptResult.RolledBack, before),
        };
        using var key = site.OpenKey(said.GetValue(PassphraseFile));
        using var server = site.Connect();
        var outbox = new Outbox(site);
        outbox.Add(key, offer, result, serial, before, said.GetValue(After) ?? after, null, said.GetValue(Reason));
        return await outbox.SendAll(server, stop) || outbox.Waits ? 0 : 1;
    }
}
