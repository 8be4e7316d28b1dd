using Aftercare.Cases;
using Aftercare.Tests.Ledger;
using Aftercare.Vulnerabilities;
using Xunit;
using static Aftercare.Tests.Cases.SomeCase;

namespace Aftercare.Tests.Cases;

public sealed class FindingsTests
{
    [Fact]
    public void A_vulnerability_gets_its_cve_and_cwe_when_they_are_known()
    {
        var added = Fresh.Then(Fresh.AddVulnerability(Flaw, "No counter", null, null, Dora), Dora);
        Assert.Equal([new Vulnerability(Flaw, "No counter", null, null)], added.Vulnerabilities);

        var described = added.Then(added.DescribeVulnerability(Flaw, "Commands can be replayed", CveId.Parse("CVE-2026-10001"), CweId.Parse("CWE-294"), Ana), Ana);
        Assert.Equal([new Vulnerability(Flaw, "Commands can be replayed", "CVE-2026-10001", "CWE-294")], described.Vulnerabilities);
    }

    [Fact]
    public void A_cve_stands_in_a_case_once()
    {
        var cve = CveId.Parse("CVE-2026-10001");
        var one = Assessed.Then(Assessed.AddVulnerability(Some.Id("second"), "Other", cve, null, Ana), Ana);

        Assert.Equal("case.cve-twice", one.AddVulnerability(Some.Id("third"), "Third", cve, null, Ana).Why());
        Assert.Equal("case.cve-twice", one.DescribeVulnerability(Flaw, "First", cve, null, Ana).Why());
        Assert.False(one.DescribeVulnerability(Some.Id("second"), "Renamed", cve, null, Ana).Refused(out _, out _));
    }

    [Fact]
    public void What_is_said_of_a_vulnerability_needs_one_that_is_there() =>
        Assert.Equal("case.no-such-vulnerability", Assessed.ScoreVulnerability(Some.Id("another"), Vector, null, Ana).Why());

    [Fact]
    public void A_score_is_computed_from_its_vector_and_replaces_the_reason_for_having_none()
    {
        var waived = Assessed.Then(Assessed.WaiveScore(Flaw, "Not known enough.", Ana), Ana);
        Assert.Equal((null, "Not known enough."), (waived.Vulnerabilities[0].Score, waived.Vulnerabilities[0].Unscored));

        var scored = waived.Then(waived.ScoreVulnerability(Flaw, Cvss.Parse("CVSS:3.1/A:H/I:H/C:N/S:U/UI:N/PR:N/AC:L/AV:A"), "By the rubric.", Ana), Ana);

        Assert.Equal(new Score("CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H", 8.1m, "By the rubric."), scored.Vulnerabilities[0].Score);
        Assert.Null(scored.Vulnerabilities[0].Unscored);
    }

    [Fact]
    public void A_withdrawn_vulnerability_takes_its_statuses_along()
    {
        var withdrawn = Finished.Then(Finished.WithdrawVulnerability(Flaw, "The same as another.", Ana), Ana);

        Assert.Empty(withdrawn.Vulnerabilities);
        Assert.Empty(withdrawn.Statuses);
    }

    [Fact]
    public void A_release_of_which_nobody_said_anything_is_under_investigation() =>
        Assert.Equal(ProductStatus.UnderInvestigation, Assessed.StatusOf(Flaw, Release));

    [Fact]
    public void A_status_is_set_for_several_releases_at_once_and_replaced_for_one()
    {
        var both = Assessed.Then(Assessed.SetStatus(Flaw, [Release, OlderRelease], ProductStatus.KnownAffected, null, Remedy.VendorFix, "Has the code.", Dora), Dora);
        var one = both.Then(both.SetStatus(Flaw, [OlderRelease], ProductStatus.KnownNotAffected, Justification.VulnerableCodeNotPresent, null, "Older code.", Dora), Dora);

        Assert.Equal((ProductStatus.KnownAffected, ProductStatus.KnownNotAffected), (one.StatusOf(Flaw, Release), one.StatusOf(Flaw, OlderRelease)));
        Assert.Equal(2, one.Statuses.Length);
    }

    [Theory]
    [InlineData(ProductStatus.KnownNotAffected, null, null, "justification")]
    [InlineData(ProductStatus.Fixed, Justification.ComponentNotPresent, null, "justification")]
    [InlineData(ProductStatus.KnownAffected, null, null, "remedy")]
    [InlineData(ProductStatus.UnderInvestigation, null, Remedy.VendorFix, "remedy")]
    [InlineData(ProductStatus.Recommended, null, null, "status")]
    [InlineData(ProductStatus.FirstFixed, null, null, "status")]
    public void A_status_says_why_or_what_to_do_and_nothing_that_does_not_belong_to_it(ProductStatus status, Justification? justification, Remedy? remedy, string wrong) =>
        Assert.Equal([wrong], Assessed.SetStatus(Flaw, [Release], status, justification, remedy, "Because.", Ana).Wrong());

    [Fact]
    public void A_status_needs_a_release() =>
        Assert.Equal(["releases"], Assessed.SetStatus(Flaw, [], ProductStatus.Fixed, null, null, "Because.", Ana).Wrong());

    [Fact]
    public void A_fact_is_recorded_once_with_its_evidence()
    {
        var asserted = Accepted.Then(Accepted.Assert(CaseFact.FixReady, Past, "Verified by test run 812.", Dora, Now), Dora);

        Assert.Equal(new Assertion(CaseFact.FixReady, Past, "Verified by test run 812."), asserted.Assertions[^1]);
        Assert.Equal("case.asserted", asserted.Assert(CaseFact.FixReady, Past, "Again.", Dora, Now).Why());
    }

    [Fact]
    public void A_fact_does_not_hold_since_tomorrow() =>
        Assert.Equal(["since"], Accepted.Assert(CaseFact.PublicAware, Ahead, "Will be.", Ana, Now).Wrong());

    [Theory]
    [InlineData(CaseFact.FixReady)]
    [InlineData(CaseFact.FixDeployed)]
    public void A_case_that_nobody_decided_on_has_no_fix(CaseFact fact) =>
        Assert.Equal("case.undecided", Assessed.Assert(fact, Past, "Tests.", Ana, Now).Why());

    [Theory]
    [InlineData(CaseFact.FixDeployed, CaseFact.FixReady)]
    [InlineData(CaseFact.ExploitPublic, CaseFact.PublicAware)]
    public void Some_facts_follow_others_and_are_withdrawn_before_them(CaseFact later, CaseFact earlier)
    {
        Assert.Equal("case.fact-before", Accepted.Assert(later, Past, "Seen.", Ana, Now).Why());

        var both = Accepted.Then(new CaseEvent.Asserted(earlier, Past, "Seen."), new CaseEvent.Asserted(later, Past, "Seen."));
        Assert.Equal("case.fact-after", both.WithdrawAssertion(earlier, "Wrong.", Ana).Why());

        var one = both.Then(both.WithdrawAssertion(later, "Wrong.", Ana), Ana);
        Assert.False(one.Holds(later));
        Assert.False(one.Then(one.WithdrawAssertion(earlier, "Wrong.", Ana), Ana).Holds(earlier));
    }

    [Theory]
    [InlineData(CaseStage.Valid)]
    [InlineData(CaseStage.Closed)]
    public void Attacks_may_be_seen_at_any_time(CaseStage stage) =>
        Assert.True(In(stage).Then(In(stage).Assert(CaseFact.AttacksObserved, Past, "CERT notice.", Ana, Now), Ana).Holds(CaseFact.AttacksObserved));

    [Fact]
    public void What_we_know_cannot_be_unknown_again_and_what_is_not_on_record_cannot_be_withdrawn()
    {
        Assert.Equal("case.aware", Accepted.WithdrawAssertion(CaseFact.VendorAware, "Forget it.", Lena).Why());
        Assert.Equal("case.not-asserted", Accepted.WithdrawAssertion(CaseFact.AttacksObserved, "Wrong.", Lena).Why());
    }

    [Fact]
    public void An_analysis_is_kept_with_its_vulnerability()
    {
        var analysis = new Analysis("Reproduced.", "On the ward.", "No counter.", "None.", "Therapy stops.");

        Assert.Equal(analysis, Assessed.Then(Assessed.AnalyseVulnerability(Flaw, analysis, Dora), Dora).Vulnerabilities[0].Analysis);
    }
}
