using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Reports;
using Aftercare.Tests.Ledger;
using Aftercare.Tests.Policy;
using Aftercare.Tests.Reports;
using Xunit;

namespace Aftercare.Tests.Evidence;

public sealed class IntakeChecksTests
{
    private const string Address = "https://acme.test/.well-known/security.txt";
    private static readonly Actor Quinn = Actor.Person(Some.Id("Quinn"), Role.Quality, Role.Lead, Role.Analyst);
    private static readonly Guid Acme = Some.Id("Acme");
    private static readonly Instant Now = Some.Monday.Plus(TimeSpan.FromDays(5));

    private static readonly IntakeChannelEvent.Tested Works = new(Stated.Parse("2026-03-03", null), TestOutcome.Succeeded, "Arrived.");

    private static IntakeChannel Form(params Event[] more) => Some.State<IntakeChannel>(Quinn, [IntakeChannelSamples.Opened(), .. more]);

    private static Intake With(params IntakeChannel[] channels) => new(Acme, [.. channels], [Some.Id("owner"), Some.Id("deputy")]);

    [Fact]
    public void A_public_channel_with_deputy_and_a_recent_test_passes()
    {
        var finding = Judge(IntakeChecks.LiveChannel, With(Form(Works)));

        Assert.Equal(CheckResult.Pass, finding.Result);
    }

    [Fact]
    public void A_channel_that_was_never_tested_or_too_long_ago_passes_in_part()
    {
        Assert.Equal(CheckResult.Partial, Judge(IntakeChecks.LiveChannel, With(Form())).Result);
        Assert.Equal(CheckResult.Partial, Judge(IntakeChecks.LiveChannel, With(Form(Works)), Now.Plus(TimeSpan.FromDays(60))).Result);
        Assert.Equal(CheckResult.Partial, Judge(IntakeChecks.LiveChannel, With(Form(Works with { Result = TestOutcome.Failed }))).Result);
    }

    [Fact]
    public void A_channel_without_a_deputy_passes_in_part()
    {
        var finding = Judge(IntakeChecks.LiveChannel, With(Form(Works, new IntakeChannelEvent.HandedOver(Some.Id("owner"), null))));

        Assert.Equal(CheckResult.Partial, finding.Result);
        Assert.Contains("deputy", Assert.Single(finding.Shortfalls).Gap.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void No_public_channel_is_a_failure_and_so_is_one_whose_owner_has_left()
    {
        Assert.Equal(CheckResult.Fail, Judge(IntakeChecks.LiveChannel, With()).Result);
        Assert.Equal(CheckResult.Fail, Judge(IntakeChecks.LiveChannel, With(Form(Works)) with { PeopleHere = [Some.Id("deputy")] }).Result);
        Assert.Equal(CheckResult.Fail, Judge(IntakeChecks.LiveChannel, With(Form(Works, new IntakeChannelEvent.Closed("Not used.")))).Result);
    }

    [Fact]
    public void The_judgement_of_a_channel_ends_with_its_test()
    {
        var judged = IntakeChecks.LiveChannel.Rule(With(Form(Works)), Settings.Defaults, Now);

        Assert.Equal(Works.On.Earliest.Plus(TimeSpan.FromDays(30)), judged.Until);
    }

    [Fact]
    public void A_policy_whose_page_says_what_was_approved_passes()
    {
        var shown = new ShownPolicy(Acme, Published, "Menu  Security\n Write to\nus.   We answer in five days. Rest");

        Assert.Equal(CheckResult.Pass, Judge(IntakeChecks.PublishedPolicy, shown).Result);
    }

    [Fact]
    public void A_page_that_differs_from_what_was_approved_passes_in_part_and_says_where()
    {
        var finding = Judge(IntakeChecks.PublishedPolicy, new ShownPolicy(Acme, Published, "Write to us. We answer in nine days."));

        Assert.Equal(CheckResult.Partial, finding.Result);
        Assert.Contains(nameof(PolicyElement.Acknowledgement), Assert.Single(finding.Shortfalls).Gap.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_that_is_not_published_or_not_reachable_fails()
    {
        Assert.Equal(CheckResult.Fail, Judge(IntakeChecks.PublishedPolicy, new ShownPolicy(Acme, null, "Write to us.")).Result);
        Assert.Equal(CheckResult.Fail, Judge(IntakeChecks.PublishedPolicy, new ShownPolicy(Acme, Published, null)).Result);
    }

    public static TheoryData<string, CheckResult> SecurityTexts => new()
    {
        { Text("2026-12-01T00:00:00Z"), CheckResult.Pass },
        { "# comment\n" + Text("2026-12-01T00:00:00.000Z"), CheckResult.Pass },
        { Text("2026-03-20T00:00:00Z"), CheckResult.Partial },
        { Text("2029-03-20T00:00:00Z"), CheckResult.Partial },
        { Text("2026-12-01T00:00:00Z").Replace(Address, "https://other.test/security.txt", StringComparison.Ordinal), CheckResult.Partial },
        { Text("2026-12-01T00:00:00Z").Replace("Policy:", "Hiring:", StringComparison.Ordinal), CheckResult.Partial },
        { $"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{Text("2026-12-01T00:00:00Z")}-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n", CheckResult.Partial },
        { Text("2026-03-01T00:00:00Z"), CheckResult.Fail },
        { Text("tomorrow"), CheckResult.Fail },
        { Text("2026-12-01T00:00:00Z") + "Expires: 2026-12-02T00:00:00Z\n", CheckResult.Fail },
        { Text("2026-12-01T00:00:00Z").Replace("Contact:", "Content:", StringComparison.Ordinal), CheckResult.Fail },
        { "<!doctype html><title>Not found</title>", CheckResult.Fail },
        { Text("2026-12-01T00:00:00Z") + "# " + new string('x', SecurityTxtFile.MaxLength), CheckResult.Fail },
    };

    [Theory, MemberData(nameof(SecurityTexts))]
    public void A_security_txt_is_judged_by_RFC_9116(string text, CheckResult expected) =>
        Assert.Equal(expected, Judge(IntakeChecks.SecurityTxt, new ShownSecurityTxt(Acme, Address, text, PolicyResolves: true)).Result);

    [Fact]
    public void A_security_txt_that_is_missing_fails_and_one_whose_policy_is_missing_passes_in_part()
    {
        Assert.Equal(CheckResult.Fail, Judge(IntakeChecks.SecurityTxt, new ShownSecurityTxt(Acme, Address, null, PolicyResolves: true)).Result);
        Assert.Equal(CheckResult.Partial, Judge(IntakeChecks.SecurityTxt, new ShownSecurityTxt(Acme, Address, Text("2026-12-01T00:00:00Z"), PolicyResolves: false)).Result);
    }

    [Fact]
    public void What_we_write_ourselves_passes()
    {
        var own = Aftercare.Policy.SecurityTxt.Write("https://acme.test", "security@acme.test", Now.Plus(DisclosurePolicy.Validity), "en", "de");

        Assert.Equal(CheckResult.Pass, Judge(IntakeChecks.SecurityTxt, new ShownSecurityTxt(Acme, Address, own, PolicyResolves: true)).Result);
    }

    [Fact]
    public void Each_source_without_an_open_way_in_is_a_gap_of_its_own()
    {
        var intake = With(Form());

        var finding = Evaluation.Of(IntakeChecks.Routes, Enum.GetValues<SourceCategory>().Select(source => new SourceRoute(source, intake)), null, Now);

        Assert.Equal(CheckResult.Fail, finding.Result);
        Assert.Equal(7, finding.Examined);
        Assert.Equal(5, finding.Shortfalls.Length);
        Assert.DoesNotContain(finding.Shortfalls, gap => gap.Record.Label == SourceCategory.Researcher.InWords());
    }

    [Fact]
    public void A_report_whose_original_or_sender_is_lost_is_a_gap()
    {
        var report = Received();

        Assert.Equal(CheckResult.Pass, Judge(IntakeChecks.KeptReports, new KeptReport(report, OriginalKept: true, IdentityKept: true)).Result);
        Assert.Equal(CheckResult.Fail, Judge(IntakeChecks.KeptReports, new KeptReport(report, OriginalKept: false, IdentityKept: true)).Result);
        Assert.Equal(CheckResult.Fail, Judge(IntakeChecks.KeptReports, new KeptReport(report, OriginalKept: true, IdentityKept: false)).Result);
    }

    [Fact]
    public void A_report_is_decided_on_within_the_limit()
    {
        Assert.Equal(CheckResult.Pass, Judge(IntakeChecks.Decided, Received()).Result);
        Assert.Equal(CheckResult.Fail, Judge(IntakeChecks.Decided, Received(), Now.Plus(TimeSpan.FromDays(14))).Result);
        Assert.Equal(CheckResult.Pass, Judge(IntakeChecks.Decided, Received(Valid, new ReportEvent.Attached(Some.Id("case"))), Now.Plus(TimeSpan.FromDays(900))).Result);
    }

    [Fact]
    public void A_report_that_is_believed_and_belongs_to_no_case_is_as_undecided_as_a_fresh_one() =>
        Assert.Equal(CheckResult.Fail, Judge(IntakeChecks.Decided, Received(Valid), Now.Plus(TimeSpan.FromDays(14))).Result);

    [Fact]
    public void A_report_that_waits_for_its_reporter_too_long_passes_in_part()
    {
        var waiting = Received(new ReportEvent.Invalidated("The version."));

        Assert.Equal(CheckResult.Pass, Judge(IntakeChecks.Decided, waiting, Now.Plus(TimeSpan.FromDays(30))).Result);
        Assert.Equal(CheckResult.Partial, Judge(IntakeChecks.Decided, waiting, Now.Plus(TimeSpan.FromDays(60))).Result);
    }

    [Fact]
    public void A_report_that_was_put_off_is_looked_at_on_its_day()
    {
        var later = Received(Valid, new ReportEvent.Deferred("The supplier's fix is due.", Stated.Parse("2026-06-01", null)));

        Assert.Equal(CheckResult.Pass, Judge(IntakeChecks.Decided, later).Result);
        Assert.Equal(CheckResult.Fail, Judge(IntakeChecks.Decided, later, Now.Plus(TimeSpan.FromDays(120))).Result);
    }

    [Fact]
    public void A_dismissed_report_is_decided_for_good() =>
        Assert.Null(IntakeChecks.Decided.Rule(Received(new ReportEvent.Dismissed(Disposition.OutOfScope, null, "Not ours.")), Settings.Defaults, Now.Plus(TimeSpan.FromDays(900))).Gap);

    [Fact]
    public void No_report_at_all_is_no_data_and_never_a_pass()
    {
        Assert.Equal(CheckResult.NoData, Evaluation.Of(IntakeChecks.Decided, [], null, Now).Result);
        Assert.Equal(CheckResult.NoData, Evaluation.Of(IntakeChecks.KeptReports, [], null, Now).Result);
    }

    private static readonly ReportEvent.Validated Valid = new("Reproduced.");

    private static DisclosurePolicy Published => Some.State<DisclosurePolicy>(Quinn,
        new PolicyEvent.Drafted(3, "Disclosure", "en", [new(PolicyElement.HowToReport, "Write to us."), new(PolicyElement.Acknowledgement, "We answer in\n\nfive days.")], 5, 30),
        new PolicyEvent.Approved(), new PolicyEvent.Published());

    private static Report Received(params Event[] more) => Some.State<Report>(Quinn, [ReportSamples.Received(), .. more]);

    private static Finding Judge<T>(Check<T> check, T record, Instant? at = null) => Evaluation.Of(check, [record], null, at ?? Now);

    private static string Text(string expires) =>
        $"Contact: mailto:security@acme.test\nExpires: {expires}\nCanonical: {Address}\nPolicy: https://acme.test/security\n";
}
