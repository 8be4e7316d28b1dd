using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;
using Aftercare.Reports;

namespace Aftercare.Policy;

public enum TestOutcome
{
    Succeeded,
    Failed,
}

/// <summary>A test of a channel.</summary>
/// <param name="Said">What its author stated.</param>
/// <param name="Recorded">When he put it on record.</param>
public sealed record ChannelTest(IntakeChannelEvent.Tested Said, Instant Recorded);

public abstract record IntakeChannelEvent : Event
{
    /// <param name="Wire">How words travel on it.</param>
    /// <param name="Sources">From whom it takes reports: sources a to g of IEC 81001-5-1 §9.2.</param>
    /// <param name="Owner">The person who answers for it.</param>
    /// <param name="Deputy">Who stands in; null: nobody.</param>
    /// <param name="Procedure">Where it is described how it is worked, e.g. <c>SOP-114 §3</c>.</param>
    [Kind("channel.opened")]
    public sealed record Opened(string Name, Channel Wire, ImmutableArray<SourceCategory> Sources, Guid Owner, Guid? Deputy, string Procedure) : IntakeChannelEvent;

    [Kind("channel.handed-over")]
    public sealed record HandedOver(Guid Owner, Guid? Deputy) : IntakeChannelEvent;

    /// <param name="On">When the test was made.</param>
    /// <param name="Finding">What was sent, and what arrived.</param>
    [Kind("channel.tested")]
    public sealed record Tested(Stated On, TestOutcome Result, string Finding) : IntakeChannelEvent;

    [Kind("channel.closed")]
    public sealed record Closed(string Reason) : IntakeChannelEvent;
}

public enum IntakeChannelStage
{
    Open,
    Closed,
}

/// <summary>A way by which words about vulnerabilities reach us, with the people who watch it (IEC 81001-5-1 §9.2).</summary>
public sealed record IntakeChannel : Subject, IFold<IntakeChannel>
{
    private static readonly ImmutableArray<Role> Owners = [Role.Quality, Role.Lead];
    private static readonly ImmutableArray<IntakeChannelStage> WhileOpen = [IntakeChannelStage.Open];

    public static string Noun => "channel";

    public static Lifecycle<IntakeChannelStage> Life { get; } = new(Noun,
    [
        new("open", "channel.opened", [], IntakeChannelStage.Open, Owners) { Button = "Open a channel" },
        new("hand-over", "channel.handed-over", WhileOpen, null, Owners) { Button = "Hand over" },
        new("test", "channel.tested", WhileOpen, null, [.. Owners, Role.Analyst, Role.Support]) { Button = "Record a test" },
        new("close", "channel.closed", WhileOpen, IntakeChannelStage.Closed, Owners) { Button = "Close the channel" },
    ]);

    public string Name { get; private init; } = "";
    public Channel Wire { get; private init; }
    public ImmutableArray<SourceCategory> Sources { get; private init; } = [];
    public Guid Owner { get; private init; }
    public Guid? Deputy { get; private init; }
    public string Procedure { get; private init; } = "";
    public IntakeChannelStage Stage { get; private init; }

    /// <summary>The last test, good or bad; null: it was never tested.</summary>
    public IntakeChannelEvent.Tested? LastTest => Tests.IsEmpty ? null : Tests[^1].Said;

    /// <summary>In the order of recording.</summary>
    public ImmutableList<ChannelTest> Tests { get; private init; } = [];

    /// <summary>Anybody outside can use it without knowing us.</summary>
    public bool IsPublic => Wire is Channel.WebForm or Channel.Email;

    public static Outcome<IntakeChannelEvent> Open(IntakeChannelEvent.Opened channel, Actor by)
    {
        if (Life.Bars("open", null, null, by) is { } bar)
            return bar;
        if (channel.Sources.IsEmpty)
            return Refusal.Malformed("sources", "Choose from whom it takes reports.");
        return channel.Owner == channel.Deputy ? SamePerson : channel;
    }

    public Outcome<IntakeChannelEvent> HandOver(Guid owner, Guid? deputy, Actor by)
    {
        if (Life.Bars("hand-over", this, Stage, by) is { } bar)
            return bar;
        return owner == deputy ? SamePerson : new IntakeChannelEvent.HandedOver(owner, deputy);
    }

    public Outcome<IntakeChannelEvent> Test(Stated on, TestOutcome result, string finding, Instant now, Actor by)
    {
        if (Life.Bars("test", this, Stage, by) is { } bar)
            return bar;
        return on.Earliest > now ? Refusal.Malformed("on", "This lies in the future.") : new IntakeChannelEvent.Tested(on, result, finding);
    }

    public Outcome<IntakeChannelEvent> Close(string reason, Actor by) =>
        Life.Bars("close", this, Stage, by) is { } bar ? bar : new IntakeChannelEvent.Closed(reason);

    public static IntakeChannel After(IntakeChannel? before, Entry entry)
    {
        var channel = before ?? new IntakeChannel();
        return (IntakeChannelEvent)entry.Event switch
        {
            IntakeChannelEvent.Opened e => channel with { Name = e.Name, Wire = e.Wire, Sources = e.Sources, Owner = e.Owner, Deputy = e.Deputy, Procedure = e.Procedure },
            IntakeChannelEvent.HandedOver e => channel with { Owner = e.Owner, Deputy = e.Deputy },
            IntakeChannelEvent.Tested e => channel with { Tests = channel.Tests.Add(new ChannelTest(e, entry.At)) },
            IntakeChannelEvent.Closed => channel with { Stage = IntakeChannelStage.Closed },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }

    private static Refusal SamePerson => Refusal.Malformed("deputy", "Somebody else than the owner.");
}
