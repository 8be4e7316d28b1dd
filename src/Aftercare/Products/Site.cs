using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Products;

/// <summary>What happened to a site. Whom to call there is sealed beside the ledger under the site's id.</summary>
public abstract record SiteEvent : Event
{
    /// <param name="Country">ISO 3166-1 alpha-2, upper case.</param>
    [Kind("site.registered")]
    public sealed record Registered(string Name, string Country) : SiteEvent;

    [Kind("site.corrected")]
    public sealed record Corrected(string Name, string Country, string Reason) : SiteEvent;

    /// <summary>Whom to call was written down anew.</summary>
    [Kind("site.contact-changed")]
    public sealed record ContactChanged : SiteEvent;

    /// <param name="KeyId">As the site's receipts name it.</param>
    /// <param name="PublicKeyJson">The public key as the site sent it.</param>
    /// <param name="Fingerprint">What both ends compare by telephone.</param>
    [Kind("site.key-enrolled")]
    public sealed record KeyEnrolled(string KeyId, string PublicKeyJson, string Fingerprint) : SiteEvent;

    /// <summary>Receipts made with the key before remain what they were; new ones need the new key.</summary>
    [Kind("site.key-replaced")]
    public sealed record KeyReplaced(string KeyId, string PublicKeyJson, string Fingerprint, string Replaced) : SiteEvent;

    /// <summary>Somebody was given a secret that acts in the site's name. The secret itself is nowhere on record.</summary>
    [Kind("site.access-given")]
    public sealed record AccessGiven(SiteAccess Access) : SiteEvent;

    /// <summary>Every token of the site and every unused code opens nothing any more.</summary>
    [Kind("site.access-revoked")]
    public sealed record AccessRevoked : SiteEvent;

    [Kind("site.imported")]
    public sealed record Imported(ImportedFrom From) : SiteEvent, IImported;

    [Kind("site.taken-back")]
    public sealed record TakenBack(Guid Import, string Reason) : SiteEvent, ITakenBack;
}

/// <summary>What a secret of a site is for.</summary>
public enum SiteAccess
{
    /// <summary>Enrols the site's key, once.</summary>
    KeyCode,

    /// <summary>Fetches packages and sends receipts.</summary>
    Token,
}

public enum SiteStage
{
    Registered,

    /// <summary>It has a key, so that its receipts can be told from anybody else's.</summary>
    Enrolled,
}

/// <summary>The key with which a site signs its receipts.</summary>
public sealed record SiteKey(string KeyId, string PublicKeyJson, string Fingerprint, Instant Since);

/// <summary>A place that runs devices: a hospital, a practice, an integrator.</summary>
public sealed record Site : Subject, IImportable<Site>
{
    private static readonly SiteStage[] Any = [SiteStage.Registered, SiteStage.Enrolled];

    public static string Noun => "site";

    public static Lifecycle<SiteStage> Life { get; } = new(Noun,
    [
        new("register", "site.registered", [], SiteStage.Registered, Registrars.OfSites) { Button = "Register a site" },
        new("correct", "site.corrected", [.. Any], null, Registrars.OfSites) { Button = "Correct" },
        new("change-contact", "site.contact-changed", [.. Any], null, [.. Registrars.OfSites, Role.Operator]) { Button = "Change contact" },
        new("enrol-key", "site.key-enrolled", [SiteStage.Registered], SiteStage.Enrolled, [Role.Operator, Role.Machine, Role.System]),
        new("replace-key", "site.key-replaced", [SiteStage.Enrolled], null, [Role.Operator, Role.Machine, Role.System]),
        new("give-access", "site.access-given", [.. Any], null, [Role.Operator]),
        new("revoke-access", "site.access-revoked", [.. Any], null, [Role.Operator, .. Registrars.OfSites]) { Button = "Revoke all access" },
        new(IImportable<Site>.Import, "site.imported", [.. Any], null, Registrars.OfImports),
        new(IImportable<Site>.TakeBack, "site.taken-back", [.. Any], null, Registrars.OfUndoing),
    ]);

    public string Name { get; private init; } = "";
    public string Country { get; private init; } = "";

    /// <summary>The key in force; null until one is enrolled.</summary>
    public SiteKey? Key { get; private init; }

    public SiteStage Stage => Key is null ? SiteStage.Registered : SiteStage.Enrolled;

    public static Outcome<SiteEvent> Register(string name, string country, Actor by)
    {
        if (Life.Bars("register", null, null, by) is { } bar)
            return bar;
        return CountryCode.Fault(country) is { } fault ? fault : new SiteEvent.Registered(name, country);
    }

    public Outcome<SiteEvent> Correct(string name, string country, string reason, Actor by)
    {
        if (Life.Bars("correct", this, Stage, by) is { } bar)
            return bar;
        return CountryCode.Fault(country) is { } fault ? fault : new SiteEvent.Corrected(name, country, reason);
    }

    public Outcome<SiteEvent> ChangeContact(Actor by) =>
        Life.Bars("change-contact", this, Stage, by) is { } bar ? bar : new SiteEvent.ContactChanged();

    /// <summary>Enrols the site's first key, or replaces the one in force.</summary>
    public Outcome<SiteEvent> EnrolKey(string keyId, string publicKeyJson, string fingerprint, Actor by)
    {
        if (Life.Bars(Key is null ? "enrol-key" : "replace-key", this, Stage, by) is { } bar)
            return bar;
        return Key is not { } key ? new SiteEvent.KeyEnrolled(keyId, publicKeyJson, fingerprint)
            : key.KeyId == keyId ? Refusal.State("site.key-unchanged", "That key is enrolled already.")
            : new SiteEvent.KeyReplaced(keyId, publicKeyJson, fingerprint, key.KeyId);
    }

    public Outcome<SiteEvent> GiveAccess(SiteAccess access, Actor by) =>
        Life.Bars("give-access", this, Stage, by) is { } bar ? bar : new SiteEvent.AccessGiven(access);

    public Outcome<SiteEvent> RevokeAccess(Actor by) =>
        Life.Bars("revoke-access", this, Stage, by) is { } bar ? bar : new SiteEvent.AccessRevoked();

    static Event IImportable<Site>.Imported(ImportedFrom from) => new SiteEvent.Imported(from);

    static Event IImportable<Site>.TakenBack(Guid import, string reason) => new SiteEvent.TakenBack(import, reason);

    static Refusal? IImportable<Site>.BarsTakingBack(Site record, Actor by) => Life.Bars(IImportable<Site>.TakeBack, record, record.Stage, by);

    public static Site After(Site? before, Entry entry)
    {
        var site = before ?? new Site();
        return (SiteEvent)entry.Event switch
        {
            SiteEvent.Registered e => site with { Name = e.Name, Country = e.Country },
            SiteEvent.Corrected e => site with { Name = e.Name, Country = e.Country },
            SiteEvent.ContactChanged or SiteEvent.AccessGiven or SiteEvent.AccessRevoked => site,
            SiteEvent.KeyEnrolled e => site with { Key = new SiteKey(e.KeyId, e.PublicKeyJson, e.Fingerprint, entry.At) },
            SiteEvent.KeyReplaced e => site with { Key = new SiteKey(e.KeyId, e.PublicKeyJson, e.Fingerprint, entry.At) },
            SiteEvent.Imported or SiteEvent.TakenBack => site,
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }
}
