using System.Collections.Immutable;
using Aftercare.Advisories;
using Aftercare.Ledger;
using Aftercare.Tests.Ledger;
using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Advisories;

public sealed class AdvisoryTests
{
    private static readonly Guid Flaw = Some.Id("flaw");
    private static readonly Guid Old = Some.Id("release 4.2");
    private static readonly Guid New = Some.Id("release 4.3");
    private static readonly Actor Ana = Actor.Person(Some.Id("ana"), Role.Analyst);
    private static readonly Actor Lea = Actor.Person(Some.Id("lea"), Role.Lead, Role.Publisher);
    private static readonly Actor Quinn = Actor.Person(Some.Id("quinn"), Role.Quality);
    private static readonly Actor Pia = Actor.Person(Some.Id("pia"), Role.Publisher);

    private static readonly AdvisoryGround Ground = Known(ProductStatus.KnownAffected, ProductStatus.Fixed);

    [Fact]
    public void A_second_person_approves_and_a_publisher_publishes()
    {
        var approved = Some.Next(Written(), Written().Approve(Ground, Quinn).Value, Quinn);
        Assert.Equal(AdvisoryStage.Approved, approved.Stage);
        Assert.Equal((Quinn.Id, Ground.Sha256), (approved.Approval!.By, approved.Approval.Sha256));

        var published = Some.Next(approved, approved.Publish(Ground, Facts, Pia).Value, Pia);
        Assert.Equal((AdvisoryStage.Published, 1), (published.Stage, published.Published.Single().Number));
        Assert.Equal(published.Text, published.LatestText);
    }

    [Fact]
    public void Whoever_wrote_a_word_of_the_revision_does_not_approve_it()
    {
        var both = Some.Next(Written(), Written().DescribeVulnerability(Flaw, "Otherwise.", "None known.", Lea).Value, Lea);

        Assert.Equal("advisory.second-person", Why(both.Approve(Ground, Lea)).Code);
        Assert.Equal("advisory.wrong-role", Why(both.Approve(Ground, Ana)).Code);
        Assert.Equal("advisory.wrong-role", Why(Approved().Publish(Ground, Facts, Quinn)).Code);
    }

    [Fact]
    public void An_author_of_an_earlier_revision_may_approve_a_later_one()
    {
        var leas = Some.State<Advisory>(Lea, new AdvisoryEvent.Drafted("ACME-SA-2026-0001", Some.Id("case"), "Pump"), new AdvisoryEvent.Described("Pump", "In short.", null), Facts);
        var revised = Some.Next(leas, leas.Revise("Update available.", withdraws: false, Ana).Value, Ana);
        var complete = Complete(revised, Ana);

        Assert.False(complete.Approve(Ground, Lea).Refused(out _, out _));
        Assert.Equal("advisory.wrong-role", Why(complete.Approve(Ground, Ana)).Code);
    }

    [Theory]
    [InlineData(ProductStatus.UnderInvestigation, ProductStatus.UnderInvestigation, "calls no release affected, not affected or fixed yet")]
    [InlineData(ProductStatus.KnownAffected, ProductStatus.KnownAffected, "Pump 4.3 is affected, but nothing says what to do")]
    public void An_advisory_without_statuses_or_without_an_action_is_refused(ProductStatus old, ProductStatus @new, string words)
    {
        var onlyForTheOld = Some.Next(Described(), Fix(RemediationKind.Mitigation, Old), Ana);

        var why = Why(onlyForTheOld.Approve(Known(old, @new), Quinn));

        Assert.Equal("advisory.gate", why.Code);
        Assert.Contains(why.Faults, fault => fault.Field == Advisory.AnchorOf(Flaw) && fault.Reason.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_that_is_missing_is_said_at_once()
    {
        var bare = Some.State<Advisory>(Ana, new AdvisoryEvent.Drafted("ACME-SA-2026-0001", Some.Id("case"), "Pump"));
        var unrated = Known(ProductStatus.KnownAffected, ProductStatus.Fixed, scored: false);

        var missing = bare.Missing(unrated);

        Assert.Equal(5, missing.Length);
        Assert.Contains(missing, fault => fault.Field == "summary");
        Assert.Contains(missing, fault => fault.Reason.Contains("no CVSS rating", StringComparison.Ordinal));
        Assert.Contains(missing, fault => fault.Reason.Contains("patients", StringComparison.Ordinal));
    }

    [Fact]
    public void What_no_release_has_needs_no_rating() =>
        Assert.Empty(Described().Missing(Known(ProductStatus.KnownNotAffected, ProductStatus.KnownNotAffected, scored: false)));

    [Fact]
    public void A_faulty_document_is_not_approved_and_its_own_faults_are_said_when_the_words_are_complete()
    {
        var faulty = Ground with { DocumentFaults = [new Fault("document", "The document at /document/title is empty (CSAF 2.0, shape).")] };

        Assert.Equal("advisory.gate", Why(Written().Approve(faulty, Quinn)).Code);
        Assert.Equal(faulty.DocumentFaults, Written().Missing(faulty));
        Assert.DoesNotContain(faulty.DocumentFaults[0], Described().Missing(faulty));
        Assert.Equal("advisory.gate", Why(Written().Approve(Ground with { Faults = [new Fault("document", "not https")] }, Quinn)).Code);
    }

    [Fact]
    public void What_changed_after_the_approval_is_not_published()
    {
        var changed = Ground with { Sha256 = new string('9', 64) };

        Assert.Equal("advisory.changed-since-approval", Why(Approved().Publish(changed, Facts, Pia)).Code);
        var returned = Some.Next(Approved(), Approved().Return("The case moved on.", Ana).Value, Ana);
        Assert.Equal(AdvisoryStage.Draft, returned.Stage);
        Assert.Null(returned.Approval);
        Assert.False(returned.Approve(changed, Quinn).Refused(out _, out _));
    }

    [Fact]
    public void An_approved_revision_is_frozen()
    {
        Assert.Equal("advisory.wrong-stage", Why(Approved().Describe("x", "y", null, Ana)).Code);
        Assert.Equal("advisory.wrong-stage", Why(Approved().RemoveRemediation(Flaw, Some.Id("fix"), Ana)).Code);
    }

    [Theory]
    [InlineData(RemediationKind.VendorFix, RemediationKind.NoneAvailable)]
    [InlineData(RemediationKind.NoFixPlanned, RemediationKind.VendorFix)]
    public void A_fix_and_no_fix_for_the_same_release_contradict_each_other(RemediationKind first, RemediationKind second)
    {
        var one = Some.Next(Described(), Fix(first, Old), Ana);

        Assert.Equal("advisory.contradiction", Why(one.AddRemediation(Flaw, ((AdvisoryEvent.RemediationAdded)Fix(second)).Remediation, Ana)).Code);
        Assert.False(one.AddRemediation(Flaw, ((AdvisoryEvent.RemediationAdded)Fix(second, New)).Remediation, Ana).Refused(out _, out _));
        Assert.False(one.AddRemediation(Flaw, ((AdvisoryEvent.RemediationAdded)Fix(RemediationKind.Mitigation, Old)).Remediation, Ana).Refused(out _, out _));
    }

    [Fact]
    public void Only_a_fix_of_ours_names_an_update_and_there_is_an_end_to_actions()
    {
        var wrong = new Remediation(Some.Id("x"), RemediationKind.Workaround, "Pull the cable.", Some.Id("update"), [], null, null);
        Assert.Equal("malformed", Why(Described().AddRemediation(Flaw, wrong, Ana)).Code);

        var full = Enumerable.Range(0, Advisory.MaxRemediations).Aggregate(Described(), (advisory, _) => Some.Next(advisory, Fix(RemediationKind.Mitigation), Ana));
        Assert.Equal("advisory.too-many-remediations", Why(full.AddRemediation(Flaw, wrong with { Update = null }, Ana)).Code);
    }

    [Fact]
    public void A_new_revision_keeps_the_history_and_the_published_words_until_it_is_out()
    {
        var second = Some.Next(Published(), Published().Revise("Update 4.3 available.", withdraws: false, Ana).Value, Ana);
        second = Some.Next(second, second.Describe("Pump, again", "Install 4.3.", null, Ana).Value, Ana);

        Assert.Equal((AdvisoryStage.Draft, 2, "Pump"), (second.Stage, second.Revision, second.LatestText!.Title));

        second = Some.Next(Some.Next(second, second.Approve(Ground, Quinn).Value, Quinn), Facts with { Revision = 2 }, Pia);
        Assert.Equal([1, 2], second.Published.Select(revision => revision.Number));
        Assert.Equal(["Initial publication", "Update 4.3 available."], second.Published.Select(revision => revision.Change));
        Assert.Equal("Pump, again", second.LatestText!.Title);
    }

    [Fact]
    public void Giving_up_a_revision_brings_back_what_is_published()
    {
        var second = Some.Next(Published(), Published().Revise("All wrong.", withdraws: true, Ana).Value, Ana);
        second = Some.Next(second, second.Describe("Other", "Other.", null, Ana).Value, Ana);

        var back = Some.Next(second, second.Discard("It was right after all.", Lea).Value, Lea);

        Assert.Equal((AdvisoryStage.Published, 1, "Pump", false), (back.Stage, back.Revision, back.Text.Title, back.Withdraws));
        Assert.Equal(AdvisoryStage.Discarded, Some.Next(Written(), Written().Discard("No flaw.", Lea).Value, Lea).Stage);
    }

    [Fact]
    public void A_withdrawal_is_a_revision_that_says_so_and_can_itself_be_revised()
    {
        var second = Some.Next(Published(), Published().Revise("It was another product.", withdraws: true, Ana).Value, Ana);
        second = Some.Next(Some.Next(second, second.Approve(Ground, Quinn).Value, Quinn), Facts with { Revision = 2 }, Pia);

        Assert.Equal((AdvisoryStage.Withdrawn, true), (second.Stage, second.Withdrawn));
        Assert.False(second.Revise("It holds after all.", withdraws: false, Ana).Refused(out _, out _));
    }

    [Fact]
    public void From_every_stage_but_the_end_there_is_a_step() =>
        Assert.All(Enum.GetValues<AdvisoryStage>().Except([AdvisoryStage.Discarded]), stage =>
            Assert.NotEmpty(Advisory.Life.Steps.Where(step => step.From.Contains(stage))));

    private static AdvisoryEvent.Published Facts =>
        new(1, new BlobRef(Some.Id("document"), new string('c', 64), 1), "2026/acme-sa-2026-0001.json", ["Pump"], [Old], [], Severity.High);

    private static Advisory Described() => Some.State<Advisory>(Ana,
        new AdvisoryEvent.Drafted("ACME-SA-2026-0001", Some.Id("case"), "Pump"),
        new AdvisoryEvent.Described("Pump", "In short.", null),
        new AdvisoryEvent.VulnerabilityDescribed(Flaw, "No password.", "None known."));

    private static Advisory Written() => Complete(Described(), Ana);

    private static Advisory Approved() => Some.Next(Written(), Written().Approve(Ground, Quinn).Value, Quinn);

    private static Advisory Published() => Some.Next(Approved(), Facts, Pia);

    private static Advisory Complete(Advisory advisory, Actor by)
    {
        var described = Some.Next(advisory, new AdvisoryEvent.VulnerabilityDescribed(Flaw, "No password.", "None known."), by);
        return Some.Next(described, Fix(RemediationKind.VendorFix), by);
    }

    private static AdvisoryEvent Fix(RemediationKind kind, params ImmutableArray<Guid> releases) =>
        new AdvisoryEvent.RemediationAdded(Flaw, new Remediation(Some.Id("fix"), kind, "Do it.", null, releases, null, null));

    private static AdvisoryGround Known(ProductStatus old, ProductStatus @new, bool scored = true) => new(
        new string('1', 64),
        [new CoveredVulnerability(Flaw, "CVE-2026-1234", scored, [new ReleaseStatus(Old, "Pump 4.2", old), new ReleaseStatus(New, "Pump 4.3", @new)])],
        [], []);

    private static Refusal Why<T>(Outcome<T> outcome) where T : notnull => outcome.Refused(out var why, out _) ? why : throw new Xunit.Sdk.XunitException("It was not refused.");
}
