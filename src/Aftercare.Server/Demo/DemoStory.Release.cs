using Aftercare.Advisories;
using Aftercare.Ledger;
using Aftercare.Server.Advisories;
using Aftercare.Server.Statements;
using Aftercare.Server.Trust;
using Aftercare.Server.Updates;
using Aftercare.Updates;
using Aftercare.Vulnerabilities;

namespace Aftercare.Server.Demo;

/// <summary>The third chapter: what is said of other people's updates, and an update of our own, signed and told.</summary>
internal sealed partial class DemoStory
{
    private async Task StatementsArePublished()
    {
        await Statement("KB5060533", "June security update", new StatementEvent.Decided(Verdict.Approved, "P4-100, releases 4.1.0 and 4.2.0, full therapy test", "T-2026-118", null, null, Ago(20)));
        await Statement(NotApproved, "July security update", new StatementEvent.Decided(Verdict.NotApproved, "P4-100, release 4.2.0", "T-2026-131", null,
            new Mitigation("A known weakness in the print service stays open.", "The touch screen stops answering after two hours.",
                "Keep the pump in its own VLAN and leave the print service off, as delivered.", "None: the pump does not print.", Ago(-30)), Ago(6)));
    }

    private async Task Statement(string kb, string title, StatementEvent.Decided decision)
    {
        Guid id;
        await using (var store = firm.As("Developer"))
            id = (await DraftStatement.Handle(store, new DraftStatement.Command(_windows, _present, new ThirdPartyUpdate("Microsoft", kb, title, Ago(30))), stop)).Value.Subject;
        await using (var store = firm.As("Lead"))
            _ = (await DecideStatement.Handle(store, new DecideStatement.Command(id, 1, decision), stop)).Value;
        await using (var store = firm.As("Quality"))
            _ = (await PublishStatement.Handle(store, new PublishStatement.Command(id, 2), stop)).Value;
    }

    private async Task ThreePeopleMakeARootOfTrust()
    {
        await keys.MakeRoot(await Token("Signer", Role.Signer), stop);
        await using var store = firm.As("Quality");
        var keeper = firm.Services.GetRequiredService<RepositoryKeeper>();
        var seen = (await store.Find<Repository>(Repository.TheOne, stop))!.Version;
        _ = (await keeper.PublishRoot(store, seen, stop)).Value;
    }

    private async Task<Guid> AnUpdateIsSignedAndPublished((Guid Case, Guid Flaw) flaw)
    {
        var keeper = firm.Services.GetRequiredService<RepositoryKeeper>();
        Guid id;
        await using (var store = firm.As("Developer"))
            id = (await DraftUpdate.Handle(store, new DraftUpdate.Command(_pump, _next, [_old, _present], UpdatePurpose.Security, "Infusio 4.2.1: checked lengths", Open: false), stop)).Value.Subject;
        await using (var store = firm.As("Developer"))
            _ = (await DescribeUpdate.Handle(store, new DescribeUpdate.Command(id, 1, new UpdateDocument(
                "The parser of the service protocol checks every length.", "A wrong packet could stop the pump.", Severity.Medium, "Regression, 4 million mutated packets, therapy test on two pumps: passed.",
                "Put the pump out of use, run the service tool, choose 'Update', wait for the self-test.", 12, "Install 4.2.0 with the same tool.", "None after the self-test.", "None known.")), stop)).Value;
        await using (var store = firm.As("Developer"))
            _ = (await NameFixes.Handle(store, new NameFixes.Command(id, 2, [(flaw.Case, flaw.Flaw)]), stop)).Value;
        await keys.Upload(id, "infusio-p4/4.2.1/infusio-4.2.1.bin", await Token("Developer", Role.Developer), stop);
        await using (var store = firm.As("Publisher"))
            _ = (await keeper.Alone(async () => await SubmitUpdate.Handle(keeper, store, new SubmitUpdate.Command(id, await VersionOf<Update>(store, id)), stop), stop)).Value;
        await keys.Sign(id, await Token("Signer", Role.Signer), stop);
        await using (var store = firm.As("Publisher"))
            _ = (await keeper.Alone(async () => await PublishUpdate.Handle(keeper, store, new PublishUpdate.Command(id, await VersionOf<Update>(store, id)), stop), stop)).Value;
        return id;
    }

    private async Task AnAdvisoryIsPublished((Guid Case, Guid Flaw) flaw)
    {
        Guid id;
        await using (var store = firm.As("Analyst"))
            id = (await DraftAdvisory.Handle(store, new DraftAdvisory.Command(flaw.Case, "Infusio P4 stops on a wrong packet"), stop)).Value.Subject;
        await using (var store = firm.As("Analyst"))
            _ = (await DescribeAdvisory.Handle(store, new DescribeAdvisory.Command(id, await VersionOf<Advisory>(store, id), "Infusio P4 stops on a wrong packet",
                "Somebody on the ward network could stop an Infusio P4 pump. Install 4.2.1; until then keep the pump in its own network.", ["Rita Richter"]), stop)).Value;
        await using (var store = firm.As("Analyst"))
            _ = (await ExplainVulnerability.Handle(store, new ExplainVulnerability.Command(id, await VersionOf<Advisory>(store, id), flaw.Flaw,
                "The parser of the service protocol trusts a length that the network tells it.", "The infusion stops with an alarm; therapy is delayed."), stop)).Value;
        await using (var store = firm.As("Analyst"))
            _ = (await AddRemediation.Handle(store, firm.Installation, new AddRemediation.Command(id, await VersionOf<Advisory>(store, id), flaw.Flaw,
                RemediationKind.VendorFix, "Install Infusio 4.2.1.", null, [], RestartNeeded.System, null), stop)).Value;
        await using (var store = firm.As("Quality"))
        {
            var advisory = (await store.Find<Advisory>(id, stop))!;
            var ground = CsafMapping.Ground(await AdvisoryDesk.Sources(store, firm.Installation, advisory, stop));
            _ = (await ApproveAdvisory.Handle(store, firm.Installation, new ApproveAdvisory.Command(id, advisory.Version, ground.Sha256), stop)).Value;
        }
        await using (var store = firm.As("Publisher"))
            _ = (await PublishAdvisory.Handle(store, firm.Installation, firm.Services.GetRequiredService<CsafTree>(), new PublishAdvisory.Command(id, await VersionOf<Advisory>(store, id)), stop)).Value;
    }
}
