using Aftercare.Cases;
using Aftercare.Imports;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Products;
using Aftercare.Reports;
using Aftercare.Tests.Ledger;
using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Imports;

public sealed class ImportTests
{
    private static readonly BlobRef File = new(Some.Id("file"), new string('a', 64), 4711);
    private static readonly Actor Lead = Actor.Person(Some.Id("lead"), Role.Lead);
    private static readonly Actor Analyst = Actor.Person(Some.Id("analyst"), Role.Analyst);

    [Fact]
    public void Only_a_file_without_a_fault_can_be_run()
    {
        Assert.Equal("import.has-faults", Why(Checked(refused: 1).Run(null, Lead)));
        Assert.IsType<ImportEvent.Started>(Checked().Run(null, Lead).Value);
    }

    [Fact]
    public void Nobody_brings_by_file_what_he_may_not_register_by_hand()
    {
        var bars = Manufacturer.Life.Bars("register", null, null, Lead);

        Assert.Equal("manufacturer.wrong-role", Why(Import.Check(ImportKinds.Manufacturers, "m.csv", File, new ImportCounts(1, 0, 0), null, bars, Lead)));
        Assert.Equal("manufacturer.wrong-role", Why(Checked().Run(bars, Lead)));
        Assert.Equal("import.wrong-role", Why(Import.Check(ImportKinds.Sites, "s.csv", File, new ImportCounts(1, 0, 0), null, null, Analyst)));
    }

    [Fact]
    public void It_runs_by_batches_goes_on_after_it_stood_still_and_ends()
    {
        var running = Some.Next(Checked(), new ImportEvent.Started(), Lead);
        var some = Some.Next(running, running.RecordBatch(200, 190, Actor.System).Value, Actor.System);

        Assert.Equal("import.batch-done", Why(some.RecordBatch(200, 0, Actor.System)));
        var still = Some.Next(some, some.Stop(201, "The site is gone.", Actor.System).Value, Actor.System);
        Assert.Equal((ImportStage.Stopped, 200, 190, "Line 201: The site is gone."), (still.Stage, still.Upto, still.Recorded, still.Reason));
        var again = Some.Next(still, still.Run(null, Lead).Value, Lead);
        var done = Some.Next(again, again.Finish(Actor.System).Value, Actor.System);
        Assert.Equal((ImportStage.Done, null), (done.Stage, done.Reason));
        Assert.Equal("import.wrong-stage", Why(done.Run(null, Lead)));
    }

    [Fact]
    public void It_is_undone_as_a_whole_or_not_at_all()
    {
        var done = Some.State<Import>(Actor.System, Check(), new ImportEvent.Started(), new ImportEvent.BatchRecorded(2, 2), new ImportEvent.Finished());

        Assert.Throws<ArgumentOutOfRangeException>(() => done.Undo("Wrong list.", 1, Lead));
        Assert.Equal(2, Assert.IsType<ImportEvent.Undone>(done.Undo("Wrong list.", 2, Lead).Value).Records);
        Assert.Equal("import.wrong-role", Why(done.Undo("Wrong list.", 2, new Actor("person/x/token/y", [Role.Machine, Role.Importer]))));
        Assert.Equal("import.wrong-stage", Why(Checked().Undo("Wrong list.", 0, Lead)));
    }

    [Fact]
    public void A_record_is_taken_back_unless_anything_was_done_with_it_since()
    {
        var fresh = Some.State<Site>(Actor.System, new SiteEvent.Registered("Klinikum", "DE"), new SiteEvent.Imported(ImportSamples.From));
        var touched = Some.Next(fresh, new SiteEvent.ContactChanged(), Lead);
        var byHand = Some.State<Site>(Lead, new SiteEvent.Registered("Klinikum", "DE"));

        Assert.Equal(ImportSamples.From, fresh.ImportedFrom);
        Assert.Equal(ImportSamples.From.Import, Assert.IsType<SiteEvent.TakenBack>(Import.TakeBack(fresh, "Wrong list.", Lead).Value).Import);
        Assert.Equal("site.built-upon", Why(Import.TakeBack(touched, "Wrong list.", Lead)));
        Assert.Equal("site.not-imported", Why(Import.TakeBack(byHand, "Wrong list.", Lead)));
        Assert.Equal("site.wrong-role", Why(Import.TakeBack(fresh, "Wrong list.", Analyst)));
    }

    [Fact]
    public void Nothing_can_be_done_with_what_was_taken_back()
    {
        var gone = Some.State<Site>(Actor.System, new SiteEvent.Registered("Klinikum", "DE"), new SiteEvent.Imported(ImportSamples.From), new SiteEvent.TakenBack(ImportSamples.From.Import, "Wrong list."));

        Assert.True(gone.IsTakenBack);
        Assert.Equal("site.taken-back", Why(gone.Correct("Klinikum", "FR", "Typing error.", Lead)));
        Assert.Equal("site.taken-back", Why(Import.TakeBack(gone, "Again.", Lead)));
    }

    [Fact]
    public void A_line_of_a_register_becomes_a_case_that_began_when_the_register_says()
    {
        var (aware, ended) = (Stated.Parse("2021-12-10", null), Stated.Parse("2022-02-01", null));
        var closure = new Closure(ClosureReason.FixedAndPublished, "Fixed with release 4.1.0.", null, null, null, null);

        var brought = Case.Bring("C-2026-0001", "Log injection", Some.Id("product"), aware, Some.Id("flaw"), CveId.Parse("CVE-2021-44228"), null, null, (closure, ended), Actor.System).Value;
        var closed = Some.State<Case>(Actor.System, [.. brought, new CaseEvent.Imported(ImportSamples.From)]);

        Assert.Equal((CaseStage.Closed, closure, aware.Earliest), (closed.Stage, closed.Closure, closed.Began));
        Assert.Null(Import.TakeBack(closed, "Wrong list.", Lead).Refused(out var why, out _) ? why : null);
        Assert.Equal("case.built-upon", Why(Import.TakeBack(Some.Next(closed, new CaseEvent.Reopened("A second way in."), Lead), "To hide it.", Lead)));
        Assert.Equal("malformed", Why(Case.Bring("C", "x", Some.Id("product"), ended, Some.Id("flaw"), null, null, null, (closure, aware), Actor.System)));
        Assert.Equal("case.wrong-role", Why(Case.Bring("C", "x", Some.Id("product"), aware, Some.Id("flaw"), null, null, null, null, Lead)));
    }

    [Fact]
    public void A_token_to_import_is_made_by_somebody_who_may_import()
    {
        var life = Some.Monday.Plus(TimeSpan.FromDays(1));

        Assert.IsType<TokenEvent.Issued>(Token.Issue(Some.Id("lead"), "migration", [Role.Importer], life, Some.Monday, Lead).Value);
        Assert.Equal("token.wider-than-owner", Why(Token.Issue(Some.Id("analyst"), "migration", [Role.Importer], life, Some.Monday, Analyst)));
        Assert.Equal("token.wider-than-owner", Why(Token.Issue(Some.Id("lead"), "pipeline", [Role.Developer], life, Some.Monday, Lead)));
    }

    private static Import Checked(int refused = 0) => Some.State<Import>(Lead, Check(refused));

    private static ImportEvent.Checked Check(int refused = 0) => new("sites", "sites.csv", File, new ImportCounts(2, 0, refused), null);

    private static string? Why<T>(Outcome<T> outcome) where T : notnull => outcome.Refused(out var why, out _) ? why.Code : null;
}
