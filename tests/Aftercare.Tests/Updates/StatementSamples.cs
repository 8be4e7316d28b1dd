using Aftercare.Ledger;
using Aftercare.Tests.Imports;
using Aftercare.Tests.Ledger;
using Aftercare.Updates;

namespace Aftercare.Tests.Updates;

internal static class StatementSamples
{
    internal static readonly ThirdPartyUpdate Update = new("Microsoft", "KB5031234", "Cumulative update", Stated.Parse("2026-02-10", null));

    internal static readonly Mitigation Instead = new("A worm could spread.", "The pump's driver stops.", "Keep it in its own network.", "None.", Stated.Parse("2026-04-01", null));

    public static Event[] All =>
    [
        new StatementEvent.Drafted(Some.Id("item"), Some.Id("4.2.0"), Update),
        new StatementEvent.Decided(Verdict.NotApproved, "Pump 4.2.0 on Windows 11", "TR-17", null, Instead, Stated.Parse("2026-03-01", null)),
        new StatementEvent.Published(),
        new StatementEvent.Superseded(Some.Id("newer"), "A newer statement takes its place."),
        new StatementEvent.Listed(Verdict.ApprovedWithConditions, "Pump 4.2.0 on Windows 11", "Restart afterwards.", Stated.Parse("2026-03-01", null)),
        new StatementEvent.Imported(ImportSamples.From),
        new StatementEvent.TakenBack(ImportSamples.From.Import, "The list was last year's."),
    ];
}
