using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Tests.Ledger;
using Aftercare.Updates;
using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Evidence;

public sealed class UpdateChecksTests
{
    private static readonly Actor Paula = Actor.Person(Some.Id("Paula"), Role.Publisher, Role.Lead, Role.Quality);
    private static readonly Instant Now = Some.Monday.Plus(TimeSpan.FromDays(5));
    private static readonly PackageFile File = new("pump/4.2.1/pump.bin", 4096, new string('a', 64), new string('b', 128));
    private static readonly UpdateDocument Full = new("Commands carry a counter.", "They could be replayed.", Severity.High, "All passed.", "Use the tool.", 10, "Install 4.2.0.", "None.", "None.");
    private static readonly Mitigation Meanwhile = new("Malware.", "The pump stops.", "Keep it off the net.", "None.", Stated.Parse("2026-06-01", null));

    [Fact]
    public void An_update_whose_document_says_everything_passes() =>
        Assert.Equal(CheckResult.Pass, Judge(UpdateChecks.Documented, Published(Full)).Result);

    [Fact]
    public void Up_to_two_missing_parts_pass_in_part_and_three_fail()
    {
        Assert.Equal(CheckResult.Partial, Judge(UpdateChecks.Documented, Published(Full with { Rollback = " ", ResidualRisk = "" })).Result);
        Assert.Equal(CheckResult.Fail, Judge(UpdateChecks.Documented, Published(Full with { Rollback = " ", ResidualRisk = "", Tests = "" })).Result);
        Assert.Equal(CheckResult.Fail, Judge(UpdateChecks.Documented, Published(null)).Result);
    }

    [Fact]
    public void A_security_update_states_a_severity() =>
        Assert.Equal(["severity"], UpdateChecks.MissingParts(Published(Full with { Severity = Severity.None })));

    [Fact]
    public void Drafts_and_withdrawn_updates_are_not_asked_about()
    {
        Assert.Equal(CheckResult.NoData, Judge(UpdateChecks.Documented, Update()).Result);
        Assert.Equal(CheckResult.NoData, Judge(UpdateChecks.Documented, Some.Next(Published(null), new UpdateEvent.Withdrawn("It is harmful."), Paula)).Result);
    }

    public static TheoryData<Reach, CheckResult> Reaches => new()
    {
        { new Reach(2, 1, 2, 2), CheckResult.Pass },
        { new Reach(2, 1, 2, 1), CheckResult.Partial },
        { new Reach(2, 1, 2, 0), CheckResult.Partial },
        { new Reach(0, 0, 0, 0), CheckResult.Partial },
        { new Reach(2, 0, 0, 0), CheckResult.Fail },
    };

    [Theory, MemberData(nameof(Reaches))]
    public void Delivery_is_judged_by_what_is_on_record(Reach reach, CheckResult expected) =>
        Assert.Equal(expected, Judge(UpdateChecks.Delivered, new ReachedUpdate(Published(Full), reach)).Result);

    [Fact]
    public void A_package_whose_signatures_do_not_hold_fails_and_is_named()
    {
        var update = Published(Full);

        Assert.Equal(CheckResult.Pass, Judge(UpdateChecks.Verifiable, new SignedUpdate(update, [new PackageTrust(File.Path, null)])).Result);
        Assert.Equal(CheckResult.Fail, Judge(UpdateChecks.Verifiable, new SignedUpdate(update, [])).Result);
        var finding = Judge(UpdateChecks.Verifiable, new SignedUpdate(update, [new PackageTrust(File.Path, "The root has expired.")]));
        Assert.Equal(CheckResult.Fail, finding.Result);
        Assert.StartsWith(File.Path, Assert.Single(finding.Shortfalls).Gap.Words, StringComparison.Ordinal);
    }

    public static TheoryData<StoredPackage[], CheckResult> Stores => new()
    {
        { [new StoredPackage(File.Path, File.Length, File.Sha256)], CheckResult.Pass },
        { [new StoredPackage(File.Path, File.Length, new string('f', 64))], CheckResult.Fail },
        { [new StoredPackage(File.Path, File.Length + 1, File.Sha256)], CheckResult.Fail },
        { [new StoredPackage(File.Path, null, null)], CheckResult.Fail },
        { [], CheckResult.Fail },
    };

    [Theory, MemberData(nameof(Stores))]
    public void A_package_is_hashed_anew_and_compared_with_what_was_signed(StoredPackage[] found, CheckResult expected) =>
        Assert.Equal(expected, Judge(UpdateChecks.Unchanged, new StoredUpdate(Published(Full), [.. found])).Result);

    [Fact]
    public void What_is_not_approved_needs_a_published_mitigation()
    {
        var decided = Statement(Verdict.NotApproved, Meanwhile);

        Assert.Equal(CheckResult.Fail, Judge(UpdateChecks.Mitigated, decided).Result);
        Assert.Equal(CheckResult.Pass, Judge(UpdateChecks.Mitigated, Some.Next(decided, new StatementEvent.Published(), Paula)).Result);
        Assert.Equal(CheckResult.Fail, Judge(UpdateChecks.Mitigated, Some.Next(Statement(Verdict.NotApproved, null), new StatementEvent.Published(), Paula)).Result);
    }

    [Fact]
    public void A_mitigation_that_nobody_has_looked_at_again_passes_in_part() =>
        Assert.Equal(CheckResult.Partial, Judge(UpdateChecks.Mitigated, Some.Next(Statement(Verdict.NotApproved, Meanwhile), new StatementEvent.Published(), Paula), Now.Plus(TimeSpan.FromDays(120))).Result);

    [Fact]
    public void An_evaluation_that_takes_too_long_needs_a_mitigation_too()
    {
        var open = Some.Next(Statement(Verdict.UnderEvaluation, null), new StatementEvent.Published(), Paula);

        Assert.Equal(CheckResult.Pass, Judge(UpdateChecks.Mitigated, open).Result);
        Assert.Equal(CheckResult.Fail, Judge(UpdateChecks.Mitigated, open, Now.Plus(TimeSpan.FromDays(40))).Result);
    }

    [Fact]
    public void An_approved_update_of_somebody_else_is_not_asked_about() =>
        Assert.Equal(CheckResult.NoData, Judge(UpdateChecks.Mitigated, Statement(Verdict.Approved, null)).Result);

    private static Update Update() => Some.State<Update>(Paula,
        new UpdateEvent.Drafted("U-2026-0003", Some.Id("product"), Some.Id("4.2.1"), [Some.Id("4.2.0")], UpdatePurpose.Security, "Replay"), new UpdateEvent.FileAdded(File));

    private static Update Published(UpdateDocument? document)
    {
        var update = document is null ? Update() : Some.Next(Update(), new UpdateEvent.Described(document), Paula);
        update = Some.Next(update, new UpdateEvent.Submitted([new RoleToSign("pump", 1, new string('d', 64))], new BlobRef(Some.Id("drafts"), new string('e', 64), 10)), Paula);
        return Some.Next(update, new UpdateEvent.Published(3), Paula);
    }

    private static Statement Statement(Verdict verdict, Mitigation? mitigation) => Some.State<Statement>(Paula,
        new StatementEvent.Drafted(Some.Id("item"), Some.Id("release"), new ThirdPartyUpdate("Microsoft", "KB5050505", "Cumulative update", null)),
        new StatementEvent.Decided(verdict, "Bench 3", null, null, mitigation, Stated.Parse("2026-03-01", null)));

    private static Finding Judge<T>(Check<T> check, T record, Instant? at = null) => Evaluation.Of(check, [record], null, at ?? Now);
}
