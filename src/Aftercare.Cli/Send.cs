using System.CommandLine;

namespace Aftercare.Cli;

/// <summary><c>aftercare send</c>: sends the receipts that a broken connection kept back.</summary>
internal static class Send
{
    private static readonly Option<string> SiteDir = Take.SiteDir();

    internal static Command Command { get; } = new Command("send", "Sends receipts that could not be sent before") { SiteDir }
        .With(command => command.SetAction(Run));

    private static async Task<int> Run(ParseResult said, CancellationToken stop)
    {
        var site = SiteFolder.Open(said.GetRequiredValue(SiteDir));
        var outbox = new Outbox(site);
        if (!outbox.Waits)
        {
            Console.WriteLine("Nothing waits: the manufacturer has every receipt.");
            return 0;
        }
        using var server = site.Connect();
        return await outbox.SendAll(server, stop) ? 0 : 1;
    }
}
