using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Evidence;

/// <summary>Why a check does not apply here.</summary>
/// <param name="By">Who signed it.</param>
public sealed record Waiver(string Reason, string By, Instant At);

public abstract record ReadinessEvent : Event
{
    [Kind("readiness.set-up")]
    public sealed record SetUp : ReadinessEvent;

    [Kind("readiness.check-waived")]
    public sealed record CheckWaived(string Check, string Reason) : ReadinessEvent;

    [Kind("readiness.waiver-lifted")]
    public sealed record WaiverLifted(string Check, string Reason) : ReadinessEvent;

    [Kind("readiness.setting-chosen")]
    public sealed record SettingChosen(string Check, string Setting, int Value, string Reason) : ReadinessEvent;

    /// <param name="On">Records of the product from before are told apart, not judged.</param>
    [Kind("readiness.go-live-set")]
    public sealed record GoLiveSet(Guid Product, Stated On, string Reason) : ReadinessEvent;
}

public enum ReadinessStage
{
    Kept,
}

/// <summary>What quality has decided about the clause checks of this installation. There is one.</summary>
public sealed record Readiness : Subject, IFold<Readiness>
{
    private static readonly ImmutableArray<ReadinessStage> Kept = [ReadinessStage.Kept];

    /// <summary>The one subject.</summary>
    public static Guid TheOne { get; } = new("0190b0a4-0000-7000-8000-726561647901");

    public static string Noun => "readiness";

    public static Lifecycle<ReadinessStage> Life { get; } = new(Noun,
    [
        new("set-up", "readiness.set-up", [], ReadinessStage.Kept, [Role.Quality]),
        new("waive-check", "readiness.check-waived", Kept, null, [Role.Quality]) { Button = "It does not apply", Signature = "Justification that a check does not apply" },
        new("lift-waiver", "readiness.waiver-lifted", Kept, null, [Role.Quality]) { Button = "It applies after all" },
        new("choose-setting", "readiness.setting-chosen", Kept, null, [Role.Quality]) { Button = "Choose", Signature = "Choice of a limit" },
        new("set-go-live", "readiness.go-live-set", Kept, null, [Role.Quality]) { Button = "Set the go-live", Signature = "Go-live of a product in Aftercare" },
    ]);

    public ImmutableDictionary<string, Waiver> Waivers { get; private init; } = ImmutableDictionary<string, Waiver>.Empty;

    /// <summary>By product.</summary>
    public ImmutableDictionary<Guid, Stated> GoLive { get; private init; } = ImmutableDictionary<Guid, Stated>.Empty;

    private ImmutableDictionary<string, Settings> Chosen { get; init; } = ImmutableDictionary<string, Settings>.Empty;

    public Settings SettingsOf(string check) => Chosen.GetValueOrDefault(check, Settings.Defaults);

    public static Outcome<ReadinessEvent> Begin(Actor by) => Life.Bars("set-up", null, null, by) is { } bar ? bar : new ReadinessEvent.SetUp();

    public Outcome<ReadinessEvent> WaiveCheck(string check, string reason, Actor by)
    {
        if (Life.Bars("waive-check", this, ReadinessStage.Kept, by) is { } bar)
            return bar;
        if (Checks.Find(check) is null)
            return Unknown(check);
        return Waivers.ContainsKey(check) ? Refusal.State("readiness.waived", "It is signed already that this check does not apply.") : new ReadinessEvent.CheckWaived(check, reason);
    }

    public Outcome<ReadinessEvent> LiftWaiver(string check, string reason, Actor by)
    {
        if (Life.Bars("lift-waiver", this, ReadinessStage.Kept, by) is { } bar)
            return bar;
        return Waivers.ContainsKey(check) ? new ReadinessEvent.WaiverLifted(check, reason) : Refusal.State("readiness.not-waived", "This check applies.");
    }

    public Outcome<ReadinessEvent> ChooseSetting(string check, string name, int value, string reason, Actor by)
    {
        if (Life.Bars("choose-setting", this, ReadinessStage.Kept, by) is { } bar)
            return bar;
        if (Checks.Find(check) is not { } known)
            return Unknown(check);
        if (known.Settings.FirstOrDefault(setting => setting.Name == name) is not { } setting)
            return Refusal.Malformed("setting", $"{check} has no setting '{name}'.");
        return setting.Allows(value)
            ? new ReadinessEvent.SettingChosen(check, name, value, reason)
            : Refusal.Malformed("value", $"A whole number from {setting.Min} to {setting.Max}.");
    }

    public Outcome<ReadinessEvent> SetGoLive(Guid product, Stated on, string reason, Actor by) =>
        Life.Bars("set-go-live", this, ReadinessStage.Kept, by) is { } bar ? bar : new ReadinessEvent.GoLiveSet(product, on, reason);

    public static Readiness After(Readiness? before, Entry entry)
    {
        var readiness = before ?? new Readiness();
        return (ReadinessEvent)entry.Event switch
        {
            ReadinessEvent.SetUp => readiness,
            ReadinessEvent.CheckWaived e => readiness with { Waivers = readiness.Waivers.SetItem(e.Check, new Waiver(e.Reason, entry.Head.Actor, entry.At)) },
            ReadinessEvent.WaiverLifted e => readiness with { Waivers = readiness.Waivers.Remove(e.Check) },
            ReadinessEvent.SettingChosen e => readiness with
            {
                Chosen = readiness.Chosen.SetItem(e.Check, new Settings(readiness.SettingsOf(e.Check).Chosen.SetItem(e.Setting, e.Value))),
            },
            ReadinessEvent.GoLiveSet e => readiness with { GoLive = readiness.GoLive.SetItem(e.Product, e.On) },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }

    private static Refusal Unknown(string check) => Refusal.Malformed("check", $"There is no check '{check}'.");
}
