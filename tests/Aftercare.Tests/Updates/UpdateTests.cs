using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Tests.Ledger;
using Aftercare.Updates;
using Xunit;

namespace Aftercare.Tests.Updates;

public sealed class UpdateTests
{
    private static readonly Actor Publisher = Actor.Person(Some.Id("publisher"), Role.Publisher);
    private static readonly Actor Signer = Actor.Person(Some.Id("signer"), Role.Signer);
    private static readonly Actor Analyst = Actor.Person(Some.Id("analyst"), Role.Analyst);
    private static readonly ImmutableArray<RoleToSign> Roles = [new("targets", 1, new string('d', 64)), new("pump", 1, new string('e', 64))];
    private static readonly Fix Mended = new(Some.Id("case"), Some.Id("vulnerability"), null);

    [Fact]
    public void A_new_draft_lacks_document_fixes_and_files()
    {
        Assert.Equal(["update.no-document", "update.no-fixes", "update.no-file"], Drafted().Gate().Select(missing => missing.Code));
        Assert.Equal("update.gate", Refused(Drafted().Submit(Roles, UpdateSamples.Drafts, Publisher)));
    }

    [Fact]
    public void Silence_in_the_document_keeps_the_gate_closed_and_says_where()
    {
        var silent = Complete(UpdateSamples.Document with { Rollback = " ", ResidualRisk = "" });

        Assert.Equal(["The document says nothing under 'rollback'.", "The document says nothing under 'residual risk'."], silent.Gate().Select(missing => missing.Words));
        Assert.All(silent.Gate(), missing => Assert.Equal("document", missing.Anchor));
    }

    [Fact]
    public void A_complete_draft_is_frozen_and_then_nothing_in_it_changes()
    {
        var frozen = Signing();

        Assert.Equal(UpdateStage.Signing, frozen.Stage);
        Assert.Equal("update.wrong-stage", Refused(frozen.Describe(UpdateSamples.Document, Publisher)));
        Assert.Equal("update.wrong-stage", Refused(frozen.AddFile(UpdateSamples.File with { Path = "pump/4.2.1/b" }, "pump", Publisher)));
        Assert.Equal("update.wrong-stage", Refused(frozen.NameFixes([], Publisher)));
    }

    [Fact]
    public void Two_signatures_of_one_person_count_once()
    {
        var once = Some.Next(Signing(), Signature("a", "Anna"), Signer);

        Assert.Equal("update.signed-already", Refused(once.Collect(Brought("a", "Anna"), Signer)));
        Assert.Equal("update.signed-already", Refused(once.Collect(Brought("b", "anna"), Signer)));
        Assert.Equal("update.threshold", Refused(once.Publish(2, 1, Publisher)));
    }

    [Fact]
    public void The_threshold_of_people_publishes_it()
    {
        var twice = Some.Next(Some.Next(Signing(), Signature("a", "Anna"), Signer), Signature("b", "Ben"), Signer);

        Assert.Equal(new UpdateEvent.Published(5), twice.Publish(2, 5, Publisher).Value);
    }

    [Fact]
    public void A_signer_signs_all_that_is_asked_for_or_nothing()
    {
        var half = new CollectedSignature("a", "Anna", [new RoleSigned("pump", "00")]);

        Assert.Equal("malformed", Refused(Signing().Collect(half, Signer)));
    }

    [Fact]
    public void Returning_it_to_draft_voids_the_signatures()
    {
        var signed = Some.Next(Signing(), Signature("a", "Anna"), Signer);
        var returned = Some.Next(signed, signed.Return("The wrong file.", Publisher).Value, Publisher);

        Assert.Equal(UpdateStage.Draft, returned.Stage);
        Assert.Empty(returned.Signatures);
        Assert.Null(returned.Submission);
    }

    [Theory]
    [InlineData("pump/../secret/x")]
    [InlineData("pump/4.2.1/../x")]
    [InlineData("/pump/4.2.1/x")]
    [InlineData("pump/4.2.1")]
    [InlineData("pump/4.2.1/a/b")]
    [InlineData("pump/4.2.1/.hidden")]
    [InlineData("pump/4.2.1/a b")]
    [InlineData("pump/4.2.1/a\\b")]
    [InlineData("monitor/4.2.1/x")]
    [InlineData("pumpx/4.2.1/x")]
    public void A_path_that_leaves_its_line_is_refused(string path) =>
        Assert.Equal("malformed", Refused(Drafted().AddFile(UpdateSamples.File with { Path = path }, "pump", Publisher)));

    [Fact]
    public void A_second_file_of_one_path_is_refused_whatever_its_case()
    {
        var one = Some.Next(Drafted(), new UpdateEvent.FileAdded(UpdateSamples.File), Publisher);

        Assert.Equal("update.file-exists", Refused(one.AddFile(UpdateSamples.File with { Path = "pump/4.2.1/PUMP.bin" }, "pump", Publisher)));
    }

    [Fact]
    public void An_update_installs_over_other_releases_than_the_one_it_makes()
    {
        var release = Some.Id("4.2.1");

        Assert.Equal("malformed", Refused(Update.Draft("U-1", Some.Id("product"), release, [release], UpdatePurpose.Other, "x", false, Publisher)));
        Assert.Equal("malformed", Refused(Update.Draft("U-1", Some.Id("product"), release, [], UpdatePurpose.Other, "x", false, Publisher)));
    }

    [Fact]
    public void An_analyst_names_fixes_but_freezes_nothing()
    {
        Assert.Equal(new UpdateEvent.FixesNamed([Mended]).Fixes, ((UpdateEvent.FixesNamed)Drafted().NameFixes([Mended], Analyst).Value).Fixes);
        Assert.Equal("update.wrong-role", Refused(Complete(UpdateSamples.Document).Submit(Roles, UpdateSamples.Drafts, Analyst)));
        Assert.Equal("malformed", Refused(Drafted().NameFixes([Mended, Mended with { Cve = "CVE-2026-1" }], Analyst)));
    }

    [Fact]
    public void The_digest_is_that_of_the_document_and_changes_with_every_part()
    {
        var sheet = Complete(UpdateSamples.Document).Sheet!;

        Assert.Equal(64, sheet.Digest().Length);
        Assert.Equal(sheet.Digest(), (sheet with { }).Digest());
        Assert.NotEqual(sheet.Digest(), (sheet with { Document = sheet.Document with { DowntimeMinutes = 6 } }).Digest());
        Assert.NotEqual(sheet.Digest(), (sheet with { Number = "U-2026-0004" }).Digest());
    }

    [Fact]
    public void Only_what_was_published_is_withdrawn()
    {
        var published = Some.Next(Signing(), new UpdateEvent.Published(1), Publisher);
        var withdrawn = Some.Next(published, published.Withdraw("It stops the alarm.", Publisher).Value, Publisher);

        Assert.Equal((UpdateStage.Withdrawn, "It stops the alarm."), (withdrawn.Stage, withdrawn.WithdrawnBecause));
        Assert.Equal("update.wrong-stage", Refused(Signing().Withdraw("x", Publisher)));
        Assert.Equal("update.wrong-stage", Refused(withdrawn.Withdraw("x", Publisher)));
    }

    private static Update Drafted() => Some.State<Update>(Publisher, UpdateSamples.All[0]);

    private static Update Complete(UpdateDocument document) =>
        Some.State<Update>(Publisher, UpdateSamples.All[0], new UpdateEvent.Described(document), new UpdateEvent.FixesNamed([Mended]), new UpdateEvent.FileAdded(UpdateSamples.File));

    private static Update Signing()
    {
        var complete = Complete(UpdateSamples.Document);
        return Some.Next(complete, complete.Submit(Roles, UpdateSamples.Drafts, Publisher).Value, Publisher);
    }

    private static CollectedSignature Brought(string key, string custodian) => new(key, custodian, [new("targets", "00"), new("pump", "00")]);

    private static UpdateEvent Signature(string key, string custodian) => Signing().Collect(Brought(key, custodian), Signer).Value;

    private static string Refused(Outcome<UpdateEvent> outcome) => outcome.Refused(out var why, out _) ? why.Code : "nothing was refused";
}
