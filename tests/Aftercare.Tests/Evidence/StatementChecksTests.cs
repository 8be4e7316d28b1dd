using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Tests.Ledger;
using Aftercare.Updates;
using Xunit;

namespace Aftercare.Tests.Evidence;

public sealed class StatementChecksTests
{
    private static readonly Actor Paula = Actor.Person(Some.Id("Paula"), Role.Publisher, Role.Lead, Role.Quality);
    private static readonly Instant Now = Some.Monday.Plus(TimeSpan.FromDays(5));

    public static TheoryData<KnownUpdate[], CheckResult> Parts => new()
    {
        { [new KnownUpdate("KB1", StatementStage.Published)], CheckResult.Pass },
        { [new KnownUpdate("KB1", StatementStage.Published), new KnownUpdate("KB2", StatementStage.Draft)], CheckResult.Partial },
        { [new KnownUpdate("KB1", StatementStage.Published), new KnownUpdate("KB2", null)], CheckResult.Fail },
        { [], CheckResult.Partial },
    };

    [Theory, MemberData(nameof(Parts))]
    public void Each_known_update_of_an_item_has_a_statement_for_the_release(KnownUpdate[] known, CheckResult expected) =>
        Assert.Equal(expected, Judge(StatementChecks.Covered, Part(known)).Result);

    [Fact]
    public void Where_no_update_is_known_the_check_says_that_it_cannot_tell() =>
        Assert.Contains("cannot be told", Assert.Single(Judge(StatementChecks.Covered, Part([])).Shortfalls).Gap.Words, StringComparison.Ordinal);

    [Fact]
    public void No_supported_item_is_no_data() =>
        Assert.Equal(CheckResult.NoData, Evaluation.Of(StatementChecks.Covered, [], null, Now).Result);

    [Fact]
    public void A_statement_that_says_what_was_tested_and_where_passes()
    {
        Assert.Equal(CheckResult.Pass, Judge(StatementChecks.Complete, Published(Approved)).Result);
        Assert.Equal(CheckResult.Pass, Judge(StatementChecks.Complete, Published(new(Verdict.UnderEvaluation, "", null, null, null, Decided))).Result);
        Assert.Equal(CheckResult.NoData, Judge(StatementChecks.Complete, Drafted()).Result);
    }

    [Fact]
    public void A_statement_without_its_test_passes_in_part_and_says_what_is_missing()
    {
        var finding = Judge(StatementChecks.Complete, Published(Approved with { TestReference = null }));

        Assert.Equal(CheckResult.Partial, finding.Result);
        Assert.Contains("where the test is recorded", Assert.Single(finding.Shortfalls).Gap.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_statement_is_in_time_counted_from_the_makers_release()
    {
        Assert.Equal(CheckResult.Pass, Judge(StatementChecks.InTime, Published(Approved, "2026-02-10")).Result);
        Assert.Equal(CheckResult.Partial, Judge(StatementChecks.InTime, Published(Approved, "2026-01-10")).Result);
        Assert.Equal(CheckResult.Partial, Judge(StatementChecks.InTime, Published(Approved, null)).Result);
    }

    [Fact]
    public void A_draft_has_time_until_the_limit_and_then_fails()
    {
        Assert.Equal(CheckResult.Pass, Judge(StatementChecks.InTime, Drafted("2026-02-10")).Result);
        Assert.Equal(CheckResult.Fail, Judge(StatementChecks.InTime, Drafted("2026-02-10"), Now.Plus(TimeSpan.FromDays(30))).Result);
    }

    [Fact]
    public void What_was_superseded_is_not_asked_about() =>
        Assert.Equal(CheckResult.NoData, Judge(StatementChecks.InTime, Some.Next(Published(Approved), new StatementEvent.Superseded(null, "Wrong."), Paula)).Result);

    [Theory]
    [InlineData(2, 2, CheckResult.Pass)]
    [InlineData(2, 1, CheckResult.Partial)]
    [InlineData(2, 0, CheckResult.Partial)]
    [InlineData(0, 0, CheckResult.Partial)]
    public void A_statement_is_brought_before_every_site_that_it_concerns(int concerned, int noticed, CheckResult expected) =>
        Assert.Equal(expected, Judge(StatementChecks.Told, new ToldStatement(Published(Approved), concerned, noticed)).Result);

    [Fact]
    public void Nobody_is_told_of_a_draft() =>
        Assert.Equal(CheckResult.NoData, Judge(StatementChecks.Told, new ToldStatement(Drafted(), 2, 0)).Result);

    public static TheoryData<Verdict?[], CheckResult> Verdicts => new()
    {
        { [Verdict.Approved], CheckResult.Pass },
        { [Verdict.Approved, Verdict.Approved], CheckResult.Partial },
        { [Verdict.Approved, Verdict.NotApproved], CheckResult.Fail },
        { [], CheckResult.NoData },
    };

    [Theory, MemberData(nameof(Verdicts))]
    public void Published_statements_on_the_same_thing_do_not_contradict(Verdict?[] verdicts, CheckResult expected) =>
        Assert.Equal(expected, Judge(StatementChecks.Consistent, new SaidTogether(Some.Id("first"), "Microsoft KB1", [.. verdicts])).Result);

    private static readonly Stated Decided = Stated.Parse("2026-03-01", null);
    private static readonly StatementEvent.Decided Approved = new(Verdict.Approved, "Bench 3", "TR-12", null, null, Decided);

    private static SupportedPart Part(KnownUpdate[] known) => new(Some.Id("item"), Some.Id("product"), "Windows in Pump 4.2.0", [.. known]);

    private static Statement Drafted(string? releasedOn = null) => Some.State<Statement>(Paula, new StatementEvent.Drafted(
        Some.Id("item"), Some.Id("release"), new ThirdPartyUpdate("Microsoft", "KB5050505", "Cumulative update", releasedOn is null ? null : Stated.Parse(releasedOn, null))));

    private static Statement Published(StatementEvent.Decided decided, string? releasedOn = null) =>
        Some.Next(Some.Next(Drafted(releasedOn), decided, Paula), new StatementEvent.Published(), Paula);

    private static Finding Judge<T>(Check<T> check, T record, Instant? at = null) => Evaluation.Of(check, [record], null, at ?? Now);
}
