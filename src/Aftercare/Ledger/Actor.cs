using System.Collections.Immutable;

namespace Aftercare.Ledger;

/// <summary>What somebody may do here. A person can hold several; an entry names the one in which he acted.</summary>
public enum Role
{
    /// <summary>Sets up the installation and its people; decides nothing about vulnerabilities.</summary>
    Administrator,

    /// <summary>Works on reports and cases.</summary>
    Analyst,

    /// <summary>Leads the desk: may close, defer and approve.</summary>
    Lead,

    Developer,

    /// <summary>Quality and regulatory affairs (QA/RA).</summary>
    Quality,

    /// <summary>Clinical safety: judges whether a patient could be harmed.</summary>
    Safety,

    /// <summary>Signs releases with a key that the server never holds.</summary>
    Signer,

    /// <summary>Publishes advisories, statements and updates.</summary>
    Publisher,

    /// <summary>Support clerk: enters what was told by telephone, letter or ticket.</summary>
    Support,

    /// <summary>Service engineer: installs at the site.</summary>
    Service,

    /// <summary>Reads everything that was granted, changes nothing.</summary>
    Auditor,

    /// <summary>A site's operator (hospital IT, biomedical engineering, integrator).</summary>
    Operator,

    /// <summary>Whoever holds the secret link of one report.</summary>
    Reporter,

    /// <summary>Whoever holds the link of an invitation, while he accepts it.</summary>
    Invited,

    /// <summary>Nobody we know.</summary>
    Anonymous,

    /// <summary>A machine with a token: pipeline, asset tool, complaint system.</summary>
    Machine,

    /// <summary>A mail server that hands us what came back, and may do nothing else.</summary>
    MailGateway,

    /// <summary>The server itself, in a job.</summary>
    System,

    /// <summary>A machine that brings lists in by file. Only a token has it, made by somebody who may import himself.</summary>
    Importer,
}

/// <summary>Who acts, as the ledger names him: never by name, so that people stay erasable.</summary>
/// <param name="Id">
/// <c>person/ID</c>, <c>person/OWNER/token/ID</c> for a machine, <c>person/OWNER/sign-on/ID</c> for the groups of single sign-on, <c>reporter/REPORT</c>, <c>site/ID</c>, <c>anonymous</c> or <c>system</c>.
/// </param>
/// <param name="Roles">All roles held now; which one he acted in is decided by the step.</param>
public sealed record Actor(string Id, ImmutableHashSet<Role> Roles)
{
    public static Actor System { get; } = new("system", [Role.System]);

    public static Actor Anonymous { get; } = new("anonymous", [Role.Anonymous]);

    public static Actor Person(Guid id, params ReadOnlySpan<Role> roles) => new(PersonId(id), [.. roles]);

    /// <summary>How the ledger names a person.</summary>
    public static string PersonId(Guid id) => $"person/{id:D}";

    /// <summary>How the ledger names a machine: by its token, and by the person who answers for it.</summary>
    public static string MachineId(Guid owner, Guid token) => $"{PersonId(owner)}/token/{token:D}";

    public bool Has(Role role) => Roles.Contains(role);

    /// <summary>Whether the same person stands behind both. A person and his machine are no two people, so neither can be the second one.</summary>
    /// <param name="actor">As an entry names him; null: nobody.</param>
    public bool IsSamePersonAs(string? actor) => actor is not null && Behind(actor).SequenceEqual(Behind(Id));

    private static ReadOnlySpan<char> Behind(ReadOnlySpan<char> actor) =>
        actor.StartsWith("person/") && actor["person/".Length..].IndexOf('/') is >= 0 and var end ? actor[..("person/".Length + end)] : actor;
}
