using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;

namespace Aftercare.Server.Platform.Web;

/// <summary>What each face offers, and to whom. One table; a page that nobody may open is not offered.</summary>
public static class Navigation
{
    private sealed record Place(Face Face, string Text, string Href, Glyph? Glyph, ImmutableArray<Role> Roles);

    private static readonly ImmutableArray<Place> Places =
    [
        new(Face.Desk, "Today", "/desk", null, Allowed.Readers),
        new(Face.Desk, "People", "/desk/people", Glyph.Person, Allowed.Readers),
        new(Face.Desk, "Operations", "/desk/operations", Glyph.Settings, [Role.Administrator, Role.Lead]),
    ];

    public static IReadOnlyList<NavEntry> FrontDoor { get; } = [];

    public static IReadOnlyList<NavEntry> For(Face face, Viewer viewer) =>
        [.. Places.Where(place => place.Face == face && place.Roles.Any(viewer.Has)).Select(place => new NavEntry(place.Text, place.Href, place.Glyph))];
}
