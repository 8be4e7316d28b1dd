using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Platform.Access;

/// <summary>Who may use an endpoint. An endpoint without it stops the start: the default is nobody.</summary>
/// <param name="Roles">Any one of them is enough.</param>
public sealed record Allowed(Face Face, ImmutableArray<Role> Roles)
{
    /// <summary>Everybody, signed in or not.</summary>
    public static ImmutableArray<Role> Anyone { get; } = [.. Enum.GetValues<Role>().Where(role => role != Role.System)];

    /// <summary>Everybody who works at the desk.</summary>
    public static ImmutableArray<Role> Desk { get; } =
        [Role.Administrator, Role.Analyst, Role.Lead, Role.Developer, Role.Quality, Role.Safety, Role.Signer, Role.Publisher, Role.Support, Role.Service];

    /// <summary>The desk, and the audit room for the auditor: for reading records.</summary>
    public static ImmutableArray<Role> Readers { get; } = [.. Desk, Role.Auditor];

    /// <summary>Everybody with an account.</summary>
    public static ImmutableArray<Role> SignedIn { get; } = [.. Readers, Role.Operator];

    /// <summary>The name of the secret that opens this endpoint, taken from the route value <c>secret</c>; null where no secret does.</summary>
    public string? OpenedBy { get; init; }

    /// <summary>
    /// Somebody with an account whose roles are only proposed yet may do what anybody may, and what everybody with an account may: sign out, add a passkey.
    /// </summary>
    public bool Admits(Viewer viewer) =>
        Roles.Any(viewer.Has) || Roles.Contains(Role.Anonymous) || (viewer.Person is not null && SignedIn.All(role => Roles.Contains(role)));
}
