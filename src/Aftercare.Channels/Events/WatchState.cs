using System.Collections.Immutable;

namespace Aftercare.Channels.Events;

/// <summary>How much a watch remembers.</summary>
public sealed record WatchLimits
{
    /// <value>Devices that met a rule. Default 10,000; of more, those are forgotten that no agreement knows, then those that were quiet
    /// longest.</value>
    public int MostDevices { get; init; } = 10_000;

    /// <value>Events for each device and rule, at least the highest threshold. Default 256; of more, the one that came first is forgotten, and would
    /// count again.</value>
    public int MostEvents { get; init; } = 256;

    /// <value>How long behind a rule's window an event is remembered, and known again when it is repeated. Default one day.</value>
    public TimeSpan Memory { get; init; } = TimeSpan.FromDays(1);

    /// <value>How far a device's clock may be ahead. Default 5 minutes; an event that is further ahead counts when it came.</value>
    public TimeSpan Ahead { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>What a watch needs to know of an event: made of one that was just read, or of one that was stored.</summary>
/// <param name="At">When it happened, as the device says.</param>
/// <param name="Rules">The ids of the rules that it meets.</param>
public sealed record Sighting(string Site, string Device, bool DeviceIsKnown, string Fingerprint, DateTimeOffset? At, ImmutableArray<string> Rules)
{
    public static Sighting Of(SecurityEvent happened) => new(
        happened.Site, happened.Device, happened.DeviceIsKnown, happened.Fingerprint, happened.At, [.. happened.Signs.Select(sign => sign.Rule)]);
}

/// <summary>A rule is met by one device often enough, or goes on being met.</summary>
/// <param name="Id">The fingerprint of the first event; the same for all that joins.</param>
/// <param name="Joins">False for a new hit, which is worth a report; true for a further event of one that was told before.</param>
/// <param name="From">When the first event of the hit so far happened.</param>
/// <param name="Events">Fingerprints of the events that this answer adds, the earliest first.</param>
public sealed record RuleHit(
    string Site, string Device, string Rule, string Id, bool Joins, DateTimeOffset From, DateTimeOffset Until, ImmutableArray<string> Events);

/// <summary>
/// What the rules remember. Immutable: the state before an event is still there after it. It is made anew by folding
/// the sightings of stored events.
/// </summary>
public sealed record WatchState
{
    private WatchState()
    {
    }

    public static WatchState Empty { get; } = new();

    /// <value>Devices forgotten for want of room, and <see cref="ForgottenEvents"/> of them and of devices with too many.</value>
    public long ForgottenDevices { get; private init; }

    public long ForgottenEvents { get; private init; }

    /// <value>Events that were known already and did not count again.</value>
    public long Repeated { get; private init; }

    /// <value>Events that a device dated further ahead than its clock may be.</value>
    public long FutureDated { get; private init; }

    public int Devices => Watched.Count;

    private ImmutableDictionary<(string Site, string Device), Device> Watched { get; init; } =
        ImmutableDictionary<(string Site, string Device), Device>.Empty;

    // The first is forgotten first.
    private ImmutableSortedSet<(bool Known, long Turn, string Site, string Device)> Order { get; init; } =
        ImmutableSortedSet<(bool Known, long Turn, string Site, string Device)>.Empty;

    private long Turn { get; init; }

    /// <summary>The state after an event, and what it means. Events may come in any order; one that comes twice counts once.</summary>
    /// <param name="now">When the event is looked at; live that is the instant of arrival, in a replay the instant that it had then.</param>
    /// <param name="limits">By default those of <see cref="WatchLimits"/>.</param>
    public (WatchState State, ImmutableArray<RuleHit> Hits) After(
        Sighting happened, DateTimeOffset now, IReadOnlyDictionary<string, EventRule> rules, WatchLimits? limits = null)
    {
        if (happened.Rules.IsEmpty)
            return (this, []);
        limits ??= new WatchLimits();
        var name = (happened.Site, happened.Device);
        var before = Watched.GetValueOrDefault(name);
        var device = before ?? new Device(0, happened.DeviceIsKnown, ImmutableDictionary<string, Track>.Empty);
        var ahead = happened.At > now + limits.Ahead;
        var at = happened.At is { } told && !ahead ? told : now;
        var hits = ImmutableArray.CreateBuilder<RuleHit>();
        var (repeated, forgotten) = (0, 0);
        foreach (var met in happened.Rules)
        {
            if (!rules.TryGetValue(met, out var rule))
                continue;
            var track = device.Tracks.GetValueOrDefault(rule.Id, Track.Empty).Without(now - rule.Window - limits.Memory);
            if (track.Knows(happened.Fingerprint))
            {
                repeated++;
                continue;
            }
            (track, var lost) = track.With(new(at, now, happened.Fingerprint), Math.Max(limits.MostEvents, rule.Threshold));
            forgotten += lost;
            (track, var hit) = track.Judged(rule, at, happened);
            if (hit is not null)
                hits.Add(hit);
            device = device with { Tracks = device.Tracks.SetItem(rule.Id, track) };
        }
        var after = this with
        {
            Repeated = Repeated + Math.Min(repeated, 1),
            FutureDated = FutureDated + (ahead ? 1 : 0),
            ForgottenEvents = ForgottenEvents + forgotten,
        };
        return (after.Remembering(name, before, device, limits), hits.ToImmutable());
    }

    private WatchState Remembering((string Site, string Device) name, Device? before, Device device, WatchLimits limits)
    {
        var order = before is null ? Order : Order.Remove((before.Known, before.Turn, name.Site, name.Device));
        device = device with { Turn = Turn + 1 };
        var after = this with
        {
            Turn = device.Turn,
            Watched = Watched.SetItem(name, device),
            Order = order.Add((device.Known, device.Turn, name.Site, name.Device)),
        };
        return after.Watched.Count > limits.MostDevices ? after.Forgetting(after.Order.Min) : after;
    }

    private WatchState Forgetting((bool Known, long Turn, string Site, string Device) entry) => this with
    {
        Watched = Watched.Remove((entry.Site, entry.Device)),
        Order = Order.Remove(entry),
        ForgottenDevices = ForgottenDevices + 1,
        ForgottenEvents = ForgottenEvents + Watched[(entry.Site, entry.Device)].Tracks.Values.Sum(track => track.Events.Count),
    };

    private sealed record Device(long Turn, bool Known, ImmutableDictionary<string, Track> Tracks);

    private sealed record Counted(DateTimeOffset At, DateTimeOffset Seen, string Fingerprint);

    private sealed record Hit(string Id, DateTimeOffset From, DateTimeOffset Until);

    /// <summary>One device under one rule: its events by the time they happened, and the last hit.</summary>
    private sealed record Track(ImmutableList<Counted> Events, Hit? Open)
    {
        internal static Track Empty { get; } = new([], null);

        internal bool Knows(string fingerprint) => Events.Exists(counted => counted.Fingerprint == fingerprint);

        internal Track Without(DateTimeOffset seenBefore) => this with { Events = Events.RemoveAll(counted => counted.Seen < seenBefore) };

        internal (Track After, int Lost) With(Counted counted, int most)
        {
            var later = Events.FindIndex(other => other.At > counted.At);
            var events = Events.Insert(later < 0 ? Events.Count : later, counted);
            var lost = events.Count > most ? events.MinBy(other => other.Seen) : null;
            return (this with { Events = lost is null ? events : events.Remove(lost) }, lost is null ? 0 : 1);
        }

        internal (Track After, RuleHit? Hit) Judged(EventRule rule, DateTimeOffset at, Sighting happened)
        {
            if (Open is { } open && at >= open.From - rule.Window && at <= open.Until + rule.Window)
            {
                open = open with { From = at < open.From ? at : open.From, Until = at > open.Until ? at : open.Until };
                return (this with { Open = open }, Told(open, joins: true, [happened.Fingerprint]));
            }
            var near = Events.Where(counted => (counted.At - at).Duration() <= rule.Window).ToArray();
            for (var first = 0; first + rule.Threshold <= near.Length; first++)
            {
                var last = Array.FindLastIndex(near, counted => counted.At - near[first].At <= rule.Window);
                if (last - first + 1 < rule.Threshold)
                    continue;
                var found = new Hit(near[first].Fingerprint, near[first].At, near[last].At);
                return (this with { Open = found }, Told(found, joins: false, [.. near[first..(last + 1)].Select(counted => counted.Fingerprint)]));
            }
            return (this, null);

            RuleHit Told(Hit hit, bool joins, ImmutableArray<string> events) =>
                new(happened.Site, happened.Device, rule.Id, hit.Id, joins, hit.From, hit.Until, events);
        }
    }
}
