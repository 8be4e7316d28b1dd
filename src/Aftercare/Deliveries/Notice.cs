using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Deliveries;

/// <summary>What a site is told of.</summary>
public enum NoticeTopic
{
    /// <summary>What we say about somebody else's update on a release that runs there (IEC 81001-5-1 §6.3.1).</summary>
    Statement,

    /// <summary>A vulnerability in a release that runs there (IEC 81001-5-1 §4.1.7).</summary>
    Advisory,
}

public enum NoticeStage
{
    Standing,

    /// <summary>What it says does not hold any more.</summary>
    Lapsed,
}

/// <summary>What happened to one notice to one site.</summary>
public abstract record NoticeEvent : Event
{
    /// <param name="About">The statement or the advisory.</param>
    /// <param name="Revision">Of the advisory; 1 for a statement.</param>
    /// <param name="Devices">Those that run an affected release, as far as we know.</param>
    [Kind("notice.posted")]
    public sealed record Posted(NoticeTopic Topic, Guid About, int Revision, Guid Site, ImmutableArray<Guid> Devices) : NoticeEvent;

    /// <summary>Devices of the site that came to run an affected release, or were registered, since.</summary>
    [Kind("notice.devices-added")]
    public sealed record DevicesAdded(ImmutableArray<Guid> Devices) : NoticeEvent;

    [Kind("notice.revised")]
    public sealed record Revised(int Revision) : NoticeEvent;

    /// <summary>Somebody told the site in another way too.</summary>
    /// <param name="On">When, as stated.</param>
    /// <param name="Note">To whom, or its reference.</param>
    [Kind("notice.told")]
    public sealed record Told(NoticeChannel Channel, Stated On, string? Note) : NoticeEvent;

    [Kind("notice.read")]
    public sealed record Read : NoticeEvent;

    /// <param name="Replaced">Another notice says what holds instead; otherwise the site has to read that this one is void.</param>
    [Kind("notice.lapsed")]
    public sealed record Lapsed(bool Replaced) : NoticeEvent;
}

/// <summary>One statement or advisory as it was brought before one site that it concerns: to whom, about which devices, and whether it was read there.</summary>
public sealed record Notice : Subject, IFold<Notice>
{
    /// <value>500 devices in an entry; more follow in further ones.</value>
    public const int DevicesAnEntry = 500;

    private static readonly ImmutableArray<NoticeStage> WhileStanding = [NoticeStage.Standing];
    private static readonly ImmutableArray<NoticeStage> Any = [NoticeStage.Standing, NoticeStage.Lapsed];

    public static string Noun => "notice";

    public static Lifecycle<NoticeStage> Life { get; } = new(Noun,
    [
        new("post", "notice.posted", [], NoticeStage.Standing, [Role.System]),
        new("add-devices", "notice.devices-added", WhileStanding, null, [Role.System]),
        new("revise", "notice.revised", WhileStanding, null, [Role.System]),
        new("tell", "notice.told", Any, null, [Role.Support, Role.Service, Role.Publisher, Role.Lead]) { Button = "Record how they were told" },
        new("read", "notice.read", Any, null, [Role.Operator]) { Button = "We have read it" },
        new("lapse", "notice.lapsed", WhileStanding, NoticeStage.Lapsed, [Role.System]),
    ]);

    public NoticeStage Stage { get; private init; }
    public NoticeTopic Topic { get; private init; }
    public Guid About { get; private init; }
    public int Revision { get; private init; }
    public Guid Site { get; private init; }
    public ImmutableHashSet<Guid> Devices { get; private init; } = [];

    /// <summary>Whether it says something that nobody at the site has read.</summary>
    public bool Unread { get; private init; }

    /// <summary>When it last said something new.</summary>
    public Instant PostedAt { get; private init; }

    /// <summary>When the site last read it; null: never.</summary>
    public Instant? ReadAt { get; private init; }

    /// <summary>How the site was told besides, the latest last.</summary>
    public ImmutableArray<NoticeEvent.Told> Told { get; private init; } = [];

    /// <param name="devices">At least one: nobody is bothered with what does not concern him.</param>
    public static Outcome<ImmutableArray<NoticeEvent>> Post(NoticeTopic topic, Guid about, int revision, Guid site, ImmutableArray<Guid> devices, Actor by)
    {
        if (Life.Bars("post", null, null, by) is { } bar)
            return bar;
        if (devices.IsEmpty)
            return Refusal.State("notice.nobody-concerned", "No device of this site is concerned.");
        return ImmutableArray.Create<NoticeEvent>(
            [new NoticeEvent.Posted(topic, about, revision, site, [.. devices.Take(DevicesAnEntry)]), .. Chunked(devices.Skip(DevicesAnEntry))]);
    }

    /// <summary>Takes in devices that it lacks; empty when there is none.</summary>
    public Outcome<ImmutableArray<NoticeEvent>> AddDevices(ImmutableArray<Guid> devices, Actor by) =>
        Life.Bars("add-devices", this, Stage, by) is { } bar ? bar : ImmutableArray.Create<NoticeEvent>([.. Chunked(devices.Where(device => !Devices.Contains(device)))]);

    public Outcome<NoticeEvent> Revise(int revision, Actor by) =>
        Life.Bars("revise", this, Stage, by) is { } bar ? bar : new NoticeEvent.Revised(revision);

    public Outcome<NoticeEvent> Tell(NoticeChannel channel, Stated on, string? note, Actor by) =>
        Life.Bars("tell", this, Stage, by) is { } bar ? bar : new NoticeEvent.Told(channel, on, note);

    public Outcome<NoticeEvent> Read(Actor by)
    {
        if (Life.Bars("read", this, Stage, by) is { } bar)
            return bar;
        return Unread ? new NoticeEvent.Read() : Refusal.State("notice.read-already", "It was marked as read already.");
    }

    public Outcome<NoticeEvent> Lapse(bool replaced, Actor by) =>
        Life.Bars("lapse", this, Stage, by) is { } bar ? bar : new NoticeEvent.Lapsed(replaced);

    public static Notice After(Notice? before, Entry entry)
    {
        var notice = before ?? new Notice();
        return (NoticeEvent)entry.Event switch
        {
            NoticeEvent.Posted e => notice.New(entry) with { Topic = e.Topic, About = e.About, Revision = e.Revision, Site = e.Site, Devices = [.. e.Devices] },
            NoticeEvent.DevicesAdded e => notice.New(entry) with { Devices = notice.Devices.Union(e.Devices) },
            NoticeEvent.Revised e => notice.New(entry) with { Revision = e.Revision },
            NoticeEvent.Told e => notice with { Told = notice.Told.Add(e) },
            NoticeEvent.Read => notice with { Unread = false, ReadAt = entry.At },
            NoticeEvent.Lapsed { Replaced: true } => notice with { Stage = NoticeStage.Lapsed, Unread = false },
            NoticeEvent.Lapsed => notice.New(entry) with { Stage = NoticeStage.Lapsed },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }

    private Notice New(Entry entry) => this with { Unread = true, PostedAt = entry.At };

    private static IEnumerable<NoticeEvent> Chunked(IEnumerable<Guid> devices) =>
        devices.Chunk(DevicesAnEntry).Select(some => new NoticeEvent.DevicesAdded([.. some]));
}
