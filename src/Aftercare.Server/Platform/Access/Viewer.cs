using System.Collections.Immutable;
using Aftercare.Ledger;

namespace Aftercare.Server.Platform.Access;

/// <summary>For whom a store is opened: what he may see, and as whom he acts. Every query starts from here.</summary>
public sealed record Viewer
{
    private static readonly ImmutableHashSet<Role> DeskRoles =
    [
        Role.Administrator, Role.Analyst, Role.Lead, Role.Developer, Role.Quality, Role.Safety, Role.Signer, Role.Publisher, Role.Support, Role.Service, Role.Importer,
    ];

    public static Viewer Anonymous { get; } = new() { Actor = Actor.Anonymous, Name = "" };

    /// <summary>For jobs and commands of the server itself; sees everything.</summary>
    public static Viewer System { get; } = new() { Actor = Actor.System, Name = "Aftercare" };

    public required Actor Actor { get; init; }

    /// <summary>The name as printed under a signature and shown on pages.</summary>
    public required string Name { get; init; }

    /// <summary>The person's id; null for anything that is not a person.</summary>
    public Guid? Person { get; init; }

    /// <summary>The sites that an operator (or a site's token) sees.</summary>
    public ImmutableArray<Guid> Sites { get; init; } = [];

    /// <summary>The one report that a secret link opens.</summary>
    public Guid? Report { get; init; }

    /// <summary>When the person last proved who he is; signing needs this to be fresh.</summary>
    public Instant? ProvedAt { get; init; }

    /// <summary>Everything is seen as it stood when the log had this many entries; null: now.</summary>
    public long? AsOf { get; init; }

    /// <summary>The audit room that he is in; null outside of it. There he is nothing but its auditor.</summary>
    public Room? Room { get; init; }

    /// <summary>Sees the desk: everything but what is sealed to few, and in the audit room what the audit is about.</summary>
    public bool Desk => Actor.Roles.Overlaps(DeskRoles) || Actor.Has(Role.System) || Room is not null;

    public bool Has(Role role) => Actor.Has(role);
}
