using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Products;

/// <summary>What happened to the organisation that runs this installation. There is one.</summary>
public abstract record OrganisationEvent : Event
{
    /// <param name="Name">As people know it.</param>
    /// <param name="Zone">IANA time zone: the year in numbers and the days in clocks are counted there.</param>
    /// <param name="Prefix">Begins advisory ids: upper-case letters and digits, 2 to 12.</param>
    /// <param name="SecurityContact">E-mail address that is published.</param>
    [Kind("organisation.founded")]
    public sealed record Founded(string Name, string Zone, string Prefix, string SecurityContact) : OrganisationEvent;
}

/// <summary>Whether the organisation exists: it always does once it was founded.</summary>
public enum OrganisationStage
{
    Founded,
}

/// <summary>The organisation that runs this installation: one ledger, one CSAF publisher, one TUF root.</summary>
public sealed record Organisation : Subject, IFold<Organisation>
{
    public static string Noun => "organisation";

    public static Lifecycle<OrganisationStage> Life { get; } = new(Noun,
    [
        new("found", "organisation.founded", [], OrganisationStage.Founded, [Role.System]),
    ]);

    public string Name { get; private init; } = "";
    public string Zone { get; private init; } = "UTC";
    public string Prefix { get; private init; } = "";
    public string SecurityContact { get; private init; } = "";

    public static Outcome<OrganisationEvent> Found(string name, string zone, string prefix, string securityContact)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            return Refusal.Malformed("zone", $"'{zone}' is not an IANA time zone, e.g. Europe/Berlin.");
        if (prefix.Length is < 2 or > 12 || !prefix.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)))
            return Refusal.Malformed("prefix", "2 to 12 upper-case letters and digits, e.g. ACME.");
        return securityContact.Contains('@', StringComparison.Ordinal)
            ? new OrganisationEvent.Founded(name, zone, prefix, securityContact)
            : Refusal.Malformed("securityContact", "An e-mail address, e.g. security@example.com.");
    }

    public static Organisation After(Organisation? before, Entry entry) => (OrganisationEvent)entry.Event switch
    {
        OrganisationEvent.Founded e => (before ?? new Organisation()) with { Name = e.Name, Zone = e.Zone, Prefix = e.Prefix, SecurityContact = e.SecurityContact },
        var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
    };
}
