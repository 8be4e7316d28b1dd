using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Reports;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Policy;

public sealed class WatchedSourceTests
{
    private const SourceCategory Researcher = SourceCategory.Researcher;
    private static readonly Actor Quinn = Actor.Person(Some.Id("Quinn"), Role.Quality);
    private static readonly Instant Now = Some.Monday;
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly Period February = new(new DateOnly(2026, 2, 1), new DateOnly(2026, 2, 28));

    [Fact]
    public void Silence_that_a_test_has_proven_is_signed_with_all_that_was_looked_at()
    {
        var form = Channel("Public form", Tested("2026-01-30"), Tested("2026-02-03"), Tested("2026-02-10"), Tested("2026-03-01", TestOutcome.Failed));

        var said = Review(February, [form, Channel("Letters")], [Heard("R-2026-0001", "2026-01-31", "2026-01-31T12:00:00Z")]).Value;

        var signed = Assert.IsType<SourceEvent.SilenceReviewed>(said);
        Assert.Equal((Researcher, February.From, February.Through, "Europe/Berlin", 1), (signed.Source, signed.From, signed.Through, signed.Zone, signed.Reports));
        var read = signed.Channels.Single(one => one.Name == "Public form");
        Assert.Equal((form.Id, form.Version, 2, "2026-02-10", TestOutcome.Succeeded), (read.Channel, read.Version, read.Tests, read.LastOn!.Text, read.Result));
        Assert.Equal((0, null), (signed.Channels.Single(one => one.Name == "Letters").Tests, signed.Channels.Single(one => one.Name == "Letters").LastOn));
    }

    [Theory]
    [InlineData("2026-02-01", "2026-01-01T12:00:00Z")]
    [InlineData("2026-02-28", "2026-03-01T12:00:00Z")]
    [InlineData("2026-01-02", "2026-02-15T12:00:00Z")]
    // On 28 February in Berlin, whatever the calendars of sender and server show.
    [InlineData("2026-03-01T05:30:00+09:00", "2026-03-01T12:00:00Z")]
    [InlineData("2026-01-02", "2026-02-28T22:59:59Z")]
    [InlineData("2026-01-02", "2026-01-31T23:00:00Z")]
    public void A_report_that_was_heard_or_came_in_on_one_of_the_days_refuses_by_its_number(string heard, string arrived) =>
        Refused("source.heard", "R-2026-0042", Review(February, [Working], [Heard("R-2026-0042", heard, arrived)]));

    [Theory]
    [InlineData("2026-01-31", "2026-01-31T22:59:59Z")]
    [InlineData("2026-03-01T00:30:00+01:00", "2026-02-28T23:30:00Z")]
    public void A_report_of_the_day_before_or_after_does_not_refuse(string heard, string arrived) =>
        Assert.False(Review(February, [Working], [Heard("R-2026-0042", heard, arrived)]).Refused(out _, out _));

    [Fact]
    public void Of_many_reports_a_few_are_named() =>
        Refused("source.heard", "R-1, R-2, R-3 and 2 more lie", Review(February, [Working], [.. Enumerable.Range(1, 5).Select(n => Heard($"R-{n}", "2026-02-03", "2026-02-03T12:00:00Z"))]));

    [Fact]
    public void Without_a_test_in_the_period_silence_proves_nothing_and_the_channel_to_test_is_named()
    {
        Refused("source.untested", "'Public form'", Review(February, [Channel("Public form", Tested("2026-01-31"), Tested("2026-03-01"))], []));
        Refused("source.untested", "No way in", Review(February, [], []));
        Refused("source.untested", "No way in", Review(February, [Channel("Public form", new IntakeChannelEvent.Closed("Not used."))], []));
    }

    [Fact]
    public void A_channel_that_was_tested_in_the_period_and_closed_since_counts() =>
        Assert.False(Review(February, [Channel("Public form", Tested("2026-02-03"), new IntakeChannelEvent.Closed("Not used."))], []).Refused(out _, out _));

    [Fact]
    public void A_channel_whose_last_test_in_the_period_failed_may_have_lost_what_others_never_got()
    {
        Refused("source.test-failed", "'Letters'", Review(February, [Working, Channel("Letters", Tested("2026-02-03"), Tested("2026-02-20", TestOutcome.Failed))], []));
        // Recorded late, made early: the day of the test decides.
        Assert.False(Review(February, [Channel("Letters", Tested("2026-02-20"), Tested("2026-02-03", TestOutcome.Failed))], []).Refused(out _, out _));
        Assert.False(Review(February, [Channel("Letters", Tested("2026-02-20"), Tested("2026-03-01", TestOutcome.Failed))], []).Refused(out _, out _));
    }

    [Fact]
    public void The_last_day_is_over_and_not_before_the_first_and_a_year_is_the_most()
    {
        Assert.Equal("through", Fault(Review(new Period(February.From, new DateOnly(2026, 3, 2)), [Working], [])));
        Assert.Equal("through", Fault(Review(new Period(February.From, DateOnly.MaxValue), [Working], [])));
        Assert.Equal("through", Fault(Review(new Period(February.Through, February.From), [Working], [])));
        Assert.Equal("from", Fault(Review(new Period(February.Through.AddDays(-WatchedSource.MaxDays), February.Through), [Working], [])));
        Assert.Equal("from", Fault(Review(new Period(DateOnly.MinValue, February.Through), [Working], [])));
    }

    [Fact]
    public void A_day_is_signed_for_once_unless_the_statement_was_taken_back()
    {
        var source = Signed;
        Assert.True(Review(February, [Working], [], source).Refused(out var why, out _));
        Assert.Equal("source.signed-already", why.Code);

        source = Some.Next(source, source.TakeBackSilence(new DateOnly(2026, 1, 1), "A letter was found.", Quinn).Value, Quinn);

        Assert.False(Review(February, [Working], [], source).Refused(out _, out _));
        Assert.True(source.TakeBackSilence(new DateOnly(2026, 1, 1), "Twice.", Quinn).Refused(out why, out _));
        Assert.Equal("source.not-signed", why.Code);
    }

    [Fact]
    public void A_report_that_came_to_light_later_contradicts_until_the_statement_is_taken_back()
    {
        var source = Signed;
        HeardReport[] reports = [Heard("R-2026-0042", "2026-02-10", "2026-05-01T12:00:00Z"), Heard("R-2026-0043", "2026-04-30", "2026-05-01T12:00:00Z")];

        Assert.Equal("R-2026-0042", Assert.Single(source.Silences[0].ContradictedBy(reports)).Number);
        source = Some.Next(source, new SourceEvent.SilenceTakenBack(new DateOnly(2026, 1, 1), "A letter was found."), Quinn);

        Assert.Empty(source.Silences[0].ContradictedBy(reports));
        Assert.Equal("A letter was found.", source.Silences[0].TakenBack);
    }

    [Fact]
    public void A_statement_has_room_in_an_entry_however_many_channels_there_are()
    {
        var name = new string('あ', 200);
        Refused("source.too-many-channels", "30", Review(February, [.. Enumerable.Range(0, 31).Select(_ => Channel(name, Tested("2026-02-03")))], []));

        var most = Review(February, [.. Enumerable.Range(0, 30).Select(_ => Channel(name, Tested("2026-02-03T10:00:00+01:00")))], []).Value;

        Assert.NotEmpty(Entry.Write(new EntryHead(Some.Id("x"), 2, Quinn.Id, Role.Quality, Now, "test"), most, null, new byte[16]).Bytes.ToArray());
    }

    [Fact]
    public void Quality_and_the_lead_sign_and_nobody_else_does()
    {
        Assert.Equal(["watch", "review-silence", "take-back-silence"], WatchedSource.Life.Steps.Select(step => step.Name));
        Assert.All(WatchedSource.Life.Steps, step => Assert.Equal([Role.Quality, Role.Lead], step.Roles));
        Assert.All(WatchedSource.Life.Steps.Where(step => step.Name != "watch"), step => Assert.NotNull(step.Signature));
        Assert.True(new WatchedSource().ReviewSilence(Researcher, February, new SourceSurroundings([Working], [], Berlin), Now, Actor.Person(Some.Id("Ana"), Role.Analyst)).Refused(out var why, out _));
        Assert.Equal("source.wrong-role", why.Code);
    }

    [Fact]
    public void Each_source_has_an_id_of_its_own() =>
        Assert.Equal(7, Enum.GetValues<SourceCategory>().Select(WatchedSource.IdOf).Distinct().Count());

    private static WatchedSource Signed => Some.State<WatchedSource>(Quinn, new SourceEvent.Watched(Researcher), WatchedSourceSamples.Silent());

    private static IntakeChannel Working => Channel("Public form", Tested("2026-02-03"));

    private static IntakeChannel Channel(string name, params Event[] more) =>
        Some.State<IntakeChannel>(Actor.Person(Some.Id("Lena"), Role.Lead), [IntakeChannelSamples.Opened() with { Name = name }, .. more]);

    private static IntakeChannelEvent.Tested Tested(string on, TestOutcome result = TestOutcome.Succeeded) => new(Stated.Parse(on, null), result, "Sent.");

    private static HeardReport Heard(string number, string heard, string arrived) =>
        new(Some.Id(number), number, Stated.Parse(heard, null), Instant.From(DateTimeOffset.Parse(arrived, null)));

    private static Outcome<SourceEvent> Review(Period period, IntakeChannel[] channels, HeardReport[] reports, WatchedSource? source = null) =>
        (source ?? new WatchedSource()).ReviewSilence(Researcher, period, new SourceSurroundings([.. channels], [.. reports], Berlin), Now, Quinn);

    private static void Refused(string code, string words, Outcome<SourceEvent> decision)
    {
        Assert.True(decision.Refused(out var why, out _));
        Assert.Equal(code, why.Code);
        Assert.Contains(words, why.Reason, StringComparison.Ordinal);
    }

    private static string Fault(Outcome<SourceEvent> decision) => decision.Refused(out var why, out _) ? Assert.Single(why.Faults).Field : "not refused";
}
