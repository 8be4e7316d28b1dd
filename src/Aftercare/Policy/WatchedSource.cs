using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Aftercare.Ledger;
using Aftercare.Reports;

namespace Aftercare.Policy;

/// <summary>Whole days in the manufacturer's zone, the first and the last included.</summary>
public sealed record Period(DateOnly From, DateOnly Through)
{
    public int Days => Through.DayNumber - From.DayNumber + 1;

    public bool Contains(DateOnly day) => day >= From && day <= Through;

    public bool Overlaps(Period other) => From <= other.Through && other.From <= Through;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:yyyy-MM-dd} to {Through:yyyy-MM-dd}");
}

/// <summary>A report as it matters to its source.</summary>
/// <param name="Arrived">When it came to the desk.</param>
public sealed record HeardReport(Guid Id, string Number, Stated FirstHeard, Instant Arrived)
{
    /// <summary>Somebody of ours heard of it in these days, or it came to the desk in them.</summary>
    public bool IsIn(Period period, TimeZoneInfo zone) => period.Contains(FirstHeard.DayIn(zone)) || period.Contains(Arrived.DayIn(zone));
}

/// <summary>What other subjects say about a source at the moment at which somebody signs.</summary>
/// <param name="Channels">Every channel that takes its reports, closed ones too.</param>
/// <param name="Reports">Every report from it.</param>
/// <param name="Zone">The manufacturer's.</param>
public sealed record SourceSurroundings(ImmutableArray<IntakeChannel> Channels, ImmutableArray<HeardReport> Reports, TimeZoneInfo Zone);

/// <summary>A channel as it was read for a signature.</summary>
/// <param name="Version">Of the channel, as it was read.</param>
/// <param name="Tests">How many of its tests lie in the period.</param>
/// <param name="LastOn">When the last of them was made, as was stated; null: there was none.</param>
/// <param name="Recorded">When that test was put on record.</param>
public sealed record ReadChannel(Guid Channel, string Name, int Version, int Tests, Stated? LastOn, TestOutcome? Result, Instant? Recorded);

public abstract record SourceEvent : Event
{
    [Kind("source.watched")]
    public sealed record Watched(SourceCategory Source) : SourceEvent;

    /// <summary>Nothing was received from the source in this period, and its route was tested in it with success. The body is all that was looked at.</summary>
    /// <param name="Zone">In which the days are days, e.g. <c>Europe/Berlin</c>.</param>
    /// <param name="Channels">Those that were open, or tested in the period.</param>
    /// <param name="Reports">How many reports from it were on record at all; none of them lies in the period.</param>
    [Kind("source.silence-reviewed")]
    public sealed record SilenceReviewed(SourceCategory Source, DateOnly From, DateOnly Through, string Zone, ImmutableArray<ReadChannel> Channels, int Reports) : SourceEvent;

    /// <param name="From">The first day of the period that no longer stands.</param>
    [Kind("source.silence-taken-back")]
    public sealed record SilenceTakenBack(DateOnly From, string Reason) : SourceEvent;
}

public enum SourceStage
{
    Watched,
}

/// <summary>A period of silence that somebody has signed.</summary>
/// <param name="TakenBack">Why it no longer stands; null: it stands.</param>
public sealed record SignedSilence(SourceEvent.SilenceReviewed Said, Signature? Signature, Instant At, string? TakenBack)
{
    public Period Period => new(Said.From, Said.Through);

    /// <summary>The first instant after it.</summary>
    public Instant Ends => Instant.StartOf(Said.Through.AddDays(1), TimeZoneInfo.FindSystemTimeZoneById(Said.Zone));

    /// <summary>The reports that it cannot be true with: each of them came to light after it was signed, or was corrected since.</summary>
    public ImmutableArray<HeardReport> ContradictedBy(IEnumerable<HeardReport> reports)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Said.Zone);
        return TakenBack is null ? [.. reports.Where(report => report.IsIn(Period, zone))] : [];
    }
}

/// <summary>One of the seven sources of reports (IEC 81001-5-1 §9.2, a to g), and what is signed about its silence. That nothing comes is worth something only if something would arrive.</summary>
public sealed record WatchedSource : Subject, IFold<WatchedSource>
{
    /// <value>366 days. Whoever is silent for longer is looked at every year.</value>
    public const int MaxDays = 366;

    /// <value>30 channels, so that what was looked at fits into an entry.</value>
    public const int MaxChannels = 30;

    private const int MostNamed = 3;

    private static readonly ImmutableArray<Role> Owners = [Role.Quality, Role.Lead];
    private static readonly ImmutableArray<SourceStage> Always = [SourceStage.Watched];

    public static string Noun => "source";

    public static Lifecycle<SourceStage> Life { get; } = new(Noun,
    [
        new("watch", "source.watched", [], SourceStage.Watched, Owners),
        new("review-silence", "source.silence-reviewed", Always, null, Owners) { Button = "Sign that it was silent", Signature = "Silence reviewed, route tested" },
        new("take-back-silence", "source.silence-taken-back", Always, null, Owners) { Button = "Take the statement back", Signature = "Statement of silence taken back" },
    ]);

    public SourceCategory Source { get; private init; }

    /// <summary>In the order of signing, those that were taken back too.</summary>
    public ImmutableArray<SignedSilence> Silences { get; private init; } = [];

    public IEnumerable<SignedSilence> Standing => Silences.Where(silence => silence.TakenBack is null);

    /// <summary>There is one subject for each source, in every installation under the same id.</summary>
    public static Guid IdOf(SourceCategory source) => Guid.Parse(string.Create(CultureInfo.InvariantCulture, $"0190b0a4-0000-7000-8000-736f757263{'a' + (int)source:x2}"));

    public static Outcome<SourceEvent> Watch(SourceCategory source, Actor by) => Life.Bars("watch", null, null, by) is { } bar ? bar : new SourceEvent.Watched(source);

    /// <summary>Refused while anything on record speaks against it; the refusal says what.</summary>
    public Outcome<SourceEvent> ReviewSilence(SourceCategory source, Period period, SourceSurroundings around, Instant now, Actor by)
    {
        if (Life.Bars("review-silence", this, SourceStage.Watched, by) is { } bar)
            return bar;
        if (period.Through < period.From)
            return Refusal.Malformed("through", "This is before the first day.");
        if (period.Through >= now.DayIn(around.Zone))
            return Refusal.Malformed("through", "This day is not over. A period ends on a day that is.");
        if (period.Days > MaxDays)
            return Refusal.Malformed("from", $"At most {MaxDays} days at once; these are {period.Days}.");
        if (Standing.FirstOrDefault(silence => silence.Period.Overlaps(period)) is { } signed)
            return Refusal.State("source.signed-already", $"It is signed already that it was silent from {signed.Period}. Choose days before or after that.");
        if (around.Reports.Where(report => report.IsIn(period, around.Zone)).ToList() is [_, ..] heard)
            return Refusal.State("source.heard", $"It was not silent in these days: {Named(heard.Select(report => report.Number))} {(heard.Count == 1 ? "lies" : "lie")} in them. Choose days in which nothing was heard.");
        return Tried(period, around).Refused(out var why, out var channels) ? why : new SourceEvent.SilenceReviewed(source, period.From, period.Through, around.Zone.Id, channels, around.Reports.Length);
    }

    /// <param name="from">The first day of the period.</param>
    public Outcome<SourceEvent> TakeBackSilence(DateOnly from, string reason, Actor by)
    {
        if (Life.Bars("take-back-silence", this, SourceStage.Watched, by) is { } bar)
            return bar;
        return Standing.Any(silence => silence.Said.From == from)
            ? new SourceEvent.SilenceTakenBack(from, reason)
            : Refusal.State("source.not-signed", string.Create(CultureInfo.InvariantCulture, $"No statement stands whose period begins on {from:yyyy-MM-dd}."));
    }

    public static WatchedSource After(WatchedSource? before, Entry entry)
    {
        var source = before ?? new WatchedSource();
        return (SourceEvent)entry.Event switch
        {
            SourceEvent.Watched e => source with { Source = e.Source },
            SourceEvent.SilenceReviewed e => source with { Silences = source.Silences.Add(new SignedSilence(e, entry.Signature, entry.At, null)) },
            SourceEvent.SilenceTakenBack e => source with { Silences = [.. source.Silences.Select(one => one.TakenBack is null && one.Said.From == e.From ? one with { TakenBack = e.Reason } : one)] },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }

    private static Outcome<ImmutableArray<ReadChannel>> Tried(Period period, SourceSurroundings around)
    {
        ImmutableArray<ReadChannel> read = [.. around.Channels.Select(channel => (channel.Stage, Read: Read(channel, period, around.Zone)))
            .Where(one => one.Read.Tests > 0 || one.Stage == IntakeChannelStage.Open).Select(one => one.Read).OrderBy(one => one.Channel)];
        if (read.Length > MaxChannels)
            return Refusal.State("source.too-many-channels", $"{read.Length} ways in take its reports, and a statement names at most {MaxChannels}. Close those that nobody uses.");
        // One way that was found broken may have lost what the others never got.
        if (read.FirstOrDefault(one => one.Result == TestOutcome.Failed) is { } broken)
            return Refusal.State("source.test-failed", $"The last test of '{broken.Name}' in these days, on {broken.LastOn}, failed: what was sent may not have arrived. Choose days that end before it, or in which a later test succeeded.");
        if (read.All(one => one.Tests == 0))
            return Refusal.State("source.untested", read.IsEmpty
                ? "No way in takes its reports. Open one and test it."
                : $"No test lies in these days, so silence proves nothing. Test {Named(read.Select(one => $"'{one.Name}'"), " or ")}, record the result, and choose days that include it.");
        return read;
    }

    private static ReadChannel Read(IntakeChannel channel, Period period, TimeZoneInfo zone)
    {
        var tests = channel.Tests.Where(test => period.Contains(test.Said.On.DayIn(zone))).OrderBy(test => test.Said.On.DayIn(zone)).ToList();
        var last = tests.LastOrDefault();
        return new ReadChannel(channel.Id, channel.Name, channel.Version, tests.Count, last?.Said.On, last?.Said.Result, last?.Recorded);
    }

    private static string Named(IEnumerable<string> names, string and = " and ")
    {
        var all = names.ToList();
        return all.Count <= MostNamed ? string.Join(and, all) : $"{string.Join(", ", all.Take(MostNamed))}{and}{all.Count - MostNamed} more";
    }
}
