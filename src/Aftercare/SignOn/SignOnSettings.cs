using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;
using Aftercare.People;

namespace Aftercare.SignOn;

/// <summary>Whoever is in this group at the provider is proposed for this role here; a second person grants it.</summary>
/// <param name="Group">As the provider spells it, to the letter.</param>
public sealed record GroupRole(string Group, Role Role);

/// <summary>What happened to the settings of single sign-on. The client secret is never in here.</summary>
public abstract record SignOnSettingsEvent : Event
{
    [Kind("sign-on.set")]
    public sealed record Set : SignOnSettingsEvent
    {
        /// <summary>The provider's identifier (OpenID Connect Discovery 1.0 §3): https, or http on this machine.</summary>
        public required string Issuer { get; init; }
        public required string ClientId { get; init; }

        /// <summary>What stands on the button after "Sign in with".</summary>
        public required string ButtonName { get; init; }

        /// <summary>The claim that lists a person's groups; null: groups are not looked at.</summary>
        public string? GroupsClaim { get; init; }

        public required ImmutableArray<GroupRole> Groups { get; init; }

        /// <summary>Single sign-on is the only way in for everybody at the desk but this administrator; null: it is one way of several.</summary>
        public Guid? BreakGlass { get; init; }

        /// <summary>Whether the client secret was entered anew with it.</summary>
        public required bool SecretEntered { get; init; }
    }

    [Kind("sign-on.turned-off")]
    public sealed record TurnedOff(string Reason) : SignOnSettingsEvent;
}

public enum SignOnStage
{
    On,
    Off,
}

/// <summary>By which OpenID provider people sign in here. There is one; before it there is none.</summary>
public sealed record SignOnSettings : Subject, IFold<SignOnSettings>
{
    /// <value>100 lines of groups.</value>
    public const int MaxGroups = 100;

    private static readonly ImmutableArray<string> ThisMachine = ["localhost", "127.0.0.1", "[::1]"];

    public static string Noun => "sign-on";

    public static Lifecycle<SignOnStage> Life { get; } = new(Noun,
    [
        new("set-up", "sign-on.set", [], SignOnStage.On, [Role.Administrator]) { Button = "Save" },
        new("change", "sign-on.set", [SignOnStage.On, SignOnStage.Off], SignOnStage.On, [Role.Administrator]) { Button = "Save" },
        new("turn-off", "sign-on.turned-off", [SignOnStage.On], SignOnStage.Off, [Role.Administrator]) { Button = "Turn single sign-on off" },
    ]);

    /// <summary>Roles that a group can stand for: an operator's sites are nothing that a provider knows.</summary>
    public static ImmutableArray<Role> ForGroups { get; } = Person.Grantable.Remove(Role.Operator);

    public SignOnStage Stage { get; private init; }

    /// <summary>As last set.</summary>
    public SignOnSettingsEvent.Set Current { get; private init; } = default!;

    /// <summary>
    /// Who speaks for the provider's groups, as the ledger names him: the settings, in the name of whoever last set them, so that nobody grants a role
    /// that his own line of the table has proposed.
    /// </summary>
    public Actor Proposer => new($"{LastBy["sign-on.set"]}/sign-on/{Id:D}", [Role.System]);

    public static Outcome<SignOnSettingsEvent> SetUp(SignOnSettingsEvent.Set settings, Actor by) =>
        (Life.Bars("set-up", null, null, by) ?? Fault(settings, keepsSecret: false)) is { } bar ? bar : settings;

    /// <summary>A secret that is kept is only ever shown to the provider, and for the client, that it was entered for.</summary>
    public Outcome<SignOnSettingsEvent> Change(SignOnSettingsEvent.Set settings, Actor by) =>
        (Life.Bars("change", this, Stage, by) ?? Fault(settings, keepsSecret: Stage == SignOnStage.On && (settings.Issuer, settings.ClientId) == (Current.Issuer, Current.ClientId))) is { } bar ? bar : settings;

    public Outcome<SignOnSettingsEvent> TurnOff(string reason, Actor by) =>
        Life.Bars("turn-off", this, Stage, by) is { } bar ? bar : new SignOnSettingsEvent.TurnedOff(reason);

    public static SignOnSettings After(SignOnSettings? before, Entry entry)
    {
        var settings = before ?? new SignOnSettings();
        return (SignOnSettingsEvent)entry.Event switch
        {
            SignOnSettingsEvent.Set e => settings with { Stage = SignOnStage.On, Current = e },
            SignOnSettingsEvent.TurnedOff => settings with { Stage = SignOnStage.Off },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }

    /// <summary>The roles that these groups stand for, and all roles that any group stands for; null where groups are not looked at.</summary>
    public (ImmutableArray<Role> Named, ImmutableArray<Role> Mapped)? RolesOf(IReadOnlyCollection<string> groups) => Current.GroupsClaim is null
        ? null
        : ([.. Current.Groups.Where(line => groups.Contains(line.Group)).Select(line => line.Role).Distinct().Order()], [.. Current.Groups.Select(line => line.Role).Distinct()]);

    /// <summary>Whether an address of a provider may be asked: https without name and password in it; http to this machine only.</summary>
    public static bool IsSafe(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || IsHere(uri));

    /// <summary>Whether an address of a provider leads to this machine without TLS.</summary>
    public static bool IsHere(Uri address) => address.Scheme == Uri.UriSchemeHttp && ThisMachine.Contains(address.Host);

    private static Refusal? Fault(SignOnSettingsEvent.Set settings, bool keepsSecret)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        if (!IsSafe(settings.Issuer) || settings.Issuer.Contains('?', StringComparison.Ordinal) || settings.Issuer.Contains('#', StringComparison.Ordinal))
            faults.Add(new("issuer", "An https address without name, password, question mark or # in it, as the provider writes it."));
        if (settings.Groups.Length > 0 && settings.GroupsClaim is null)
            faults.Add(new("groupsClaim", "Say in which claim the groups come."));
        if (settings.Groups.Length > MaxGroups)
            faults.Add(new("groups", $"At most {MaxGroups} lines."));
        if (settings.Groups.Any(line => !ForGroups.Contains(line.Role)))
            faults.Add(new("groups", "One of these roles is not one that a group can stand for."));
        if (!settings.SecretEntered && !keepsSecret)
            faults.Add(new("clientSecret", "Enter it: a stored one is only ever used for the provider and client id that it was entered for."));
        return faults.Count > 0 ? Refusal.Malformed(faults.ToImmutable()) : null;
    }
}
