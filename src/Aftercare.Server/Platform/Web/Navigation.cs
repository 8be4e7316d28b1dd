using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Microsoft.Extensions.Localization;

namespace Aftercare.Server.Platform.Web;

/// <summary>What each face offers, and to whom. One table; a page that nobody may open is not offered.</summary>
public static class Navigation
{
    /// <param name="Group">The heading above; empty where the face has so few places that they need none.</param>
    private sealed record Place(Face Face, string Group, string Text, string Href, Glyph? Glyph, ImmutableArray<Role> Roles);

    private static readonly ImmutableArray<Place> Places =
    [
        new(Face.Desk, "Work", "Today", "/desk", Glyph.Home, Allowed.Desk),
        new(Face.Desk, "Work", "Reports", "/desk/reports", Glyph.Inbox, Allowed.Readers),
        new(Face.Desk, "Work", "Register", "/desk/register", Glyph.List, Allowed.Readers),
        new(Face.Desk, "Work", "Cases", "/desk/cases", Glyph.Case, Allowed.Readers),
        new(Face.Desk, "Work", "Advisories", "/desk/advisories", Glyph.Advisory, Allowed.Readers),
        new(Face.Desk, "Updates", "Products", "/desk/products", Glyph.Product, Allowed.Readers),
        new(Face.Desk, "Updates", "Updates", "/desk/updates", Glyph.Package, Allowed.Readers),
        new(Face.Desk, "Updates", "Statements", "/desk/statements", Glyph.Document, Allowed.Readers),
        new(Face.Desk, "Updates", "Deliveries", "/desk/deliveries", Glyph.Delivery, Allowed.Readers),
        new(Face.Desk, "Updates", "Notices", "/desk/notices", Glyph.Bell, Allowed.Readers),
        new(Face.Desk, "Updates", "Signing", "/desk/trust", Glyph.Seal, Allowed.Readers),
        new(Face.Desk, "Field", "Sites", "/desk/sites", Glyph.Site, Allowed.Readers),
        new(Face.Desk, "House", "Disclosure policy", "/desk/policy", Glyph.Shield, Allowed.Readers),
        new(Face.Desk, "House", "Ways in", "/desk/channels", Glyph.Mail, Allowed.Readers),
        new(Face.Desk, "House", "Sources", "/desk/sources", Glyph.Inbox, Allowed.Readers),
        new(Face.Desk, "House", "Readiness", "/desk/readiness", Glyph.Check, [Role.Quality]),
        new(Face.Desk, "House", "Audits", "/desk/audits", Glyph.Audit, [Role.Quality, Role.Administrator, Role.Lead]),
        new(Face.Desk, "House", "People", "/desk/people", Glyph.People, Allowed.Readers),
        new(Face.Desk, "House", "Tokens", "/desk/tokens", Glyph.Key, Allowed.Desk),
        new(Face.Desk, "House", "Import", "/desk/imports", Glyph.Upload, [Role.Administrator, Role.Lead, Role.Quality]),
        new(Face.Desk, "House", "Mail", "/desk/mail/sent", Glyph.Mail, [Role.Administrator, Role.Quality]),
        new(Face.Desk, "House", "Single sign-on", "/desk/sign-on", Glyph.Lock, [Role.Administrator]),
        new(Face.Desk, "House", "Operations", "/desk/operations", Glyph.Settings, [Role.Administrator, Role.Lead]),
        new(Face.Portal, "", "My devices", "/portal", Glyph.Device, [Role.Operator]),
        new(Face.Portal, "", "Notices", "/portal/notices", Glyph.Bell, [Role.Operator]),
        new(Face.Portal, "", "Computers", "/portal/access", Glyph.Key, [Role.Operator]),
        new(Face.Audit, "", "Overview", "/audit", Glyph.Home, [Role.Auditor]),
        new(Face.Audit, "", "Samples", "/audit/samples", Glyph.Check, [Role.Auditor]),
        new(Face.Audit, "", "Requests", "/audit/requests", Glyph.Mail, [Role.Auditor]),
        new(Face.Audit, "", "Opened", "/audit/opened", Glyph.Evidence, [Role.Auditor]),
    ];

    /// <summary>The public places, in the words of the reader's language.</summary>
    public static IReadOnlyList<NavEntry> FrontDoor(IStringLocalizer<FrontDoorText> words) =>
    [
        new(words["Nav.Report"], "/report"),
        new(words["Nav.Advisories"], "/advisories"),
        new(words["Updates"], "/updates"),
        new(words["MayI"], "/may-i-install"),
        new(words["Nav.Keys"], "/keys"),
        new(words["Nav.Policy"], "/security"),
    ];

    /// <summary>In the audit room also what it shows of the desk.</summary>
    public static IReadOnlyList<NavEntry> For(Face face, Viewer viewer) =>
        [.. Places.Where(place => (place.Face == face || (face == Face.Audit && place.Face == Face.Desk)) && place.Roles.Any(viewer.Has))
            .OrderBy(place => place.Face == face ? 0 : 1)
            .Select(place => new NavEntry(place.Text, place.Face == face ? place.Href : Faces.Home(face) + place.Href[Faces.Home(Face.Desk).Length..], place.Glyph) { Group = place.Group })
            .Concat(face == Face.Audit && viewer.Room?.Readiness == true ? [new NavEntry("Readiness", "/audit/readiness", Glyph.Check)] : [])];
}
