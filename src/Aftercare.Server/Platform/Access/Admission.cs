using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Audits;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Platform.Access;

/// <summary>Opens stores for viewers.</summary>
public sealed class Stores(Database database, Vault vault, TimeProvider clock)
{
    public Store Open(Viewer viewer, Asked? asked = null) => new(database, vault, viewer, clock) { Asked = asked };
}

/// <summary>Finds out who asks, and lets him through to an endpoint that names his role. Deny by default.</summary>
public sealed class Admission(RequestDelegate next, Stores stores, Branding branding)
{
    /// <summary>The claim that says when the person last proved who he is, in milliseconds since 1970.</summary>
    public const string ProvedClaim = "proved";

    public async Task InvokeAsync(HttpContext context)
    {
        // What the framework puts in place of an endpoint (no such method, no such media type) shows nothing of ours; all of ours are routes.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            await next(context);
            return;
        }
        var allowed = endpoint.Metadata.GetMetadata<Allowed>() ?? throw new InvalidOperationException($"{endpoint.DisplayName} does not say who may use it.");
        if (await ViewerOf(context, allowed) is not { } viewer)
        {
            await ErrorPages.Result(404).ExecuteAsync(context);
            return;
        }
        context.Features.Set(viewer);
        if (allowed.Admits(viewer))
            await next(context);
        else
            await Refuse(context, allowed, viewer);
    }

    /// <summary>Every endpoint says who may use it, or the server does not start.</summary>
    public static void RequireAllowed(IEndpointRouteBuilder app)
    {
        var open = app.DataSources.SelectMany(source => source.Endpoints).Where(endpoint => endpoint.Metadata.GetMetadata<Allowed>() is null).Select(endpoint => endpoint.DisplayName).ToList();
        if (open.Count > 0)
            throw new InvalidOperationException($"These endpoints do not say who may use them: {string.Join(", ", open)}.");
    }

    private static Task Refuse(HttpContext context, Allowed allowed, Viewer viewer)
    {
        var known = viewer.Person is not null || viewer.Has(Role.Machine);
        if (!known && context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
            return ErrorPages.Result(401, "access.sign-in", context.Request.Headers.Authorization.Count > 0
                ? "The token is not known here, has ended or was revoked."
                : "This needs a token: send it as 'Authorization: Bearer TOKEN'.").ExecuteAsync(context);
        if (!known && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
            return Results.Redirect($"/sign-in?return={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}").ExecuteAsync(context);
        if (!known)
            return ErrorPages.Result(401, "access.sign-in", "Sign in first.").ExecuteAsync(context);
        // Whoever belongs to another face does not learn that there is anything here.
        if (allowed.Face == Face.Audit)
            return ErrorPages.Result(404, reason: "No audit is open for you at this moment.", clear: "/account").ExecuteAsync(context);
        return allowed.Face == Face.Desk && !viewer.Desk
            ? ErrorPages.Result(404).ExecuteAsync(context)
            : ErrorPages.Result(403, "access.role", $"This needs the role {string.Join(" or ", allowed.Roles.Take(3))}.").ExecuteAsync(context);
    }

    private async Task<Viewer?> ViewerOf(HttpContext context, Allowed allowed)
    {
        await using var store = context.Features.Get<Store>() ?? stores.Open(Viewer.System);
        context.Features.Set<Store>(null);
        var stop = context.RequestAborted;
        await branding.Refresh(store, stop);
        if (allowed.OpenedBy is { } purpose)
            return await OfSecret(store, purpose, context.Request.RouteValues["secret"] as string ?? "", stop);
        if (context.Request.Headers.Authorization.ToString() is { Length: > 7 } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return await OfToken(store, header[7..].Trim(), stop) ?? Viewer.Anonymous;
        return Guid.TryParse(context.User.FindFirstValue(ClaimTypes.NameIdentifier), out var person)
            ? await OfPerson(store, person, context.User.FindFirstValue(ProvedClaim), allowed.Face, stop)
            : Viewer.Anonymous;
    }

    private static async Task<Viewer> OfPerson(Store store, Guid id, string? proved, Face face, CancellationToken stop)
    {
        var row = await (await store.Rows<PersonRow>(stop)).SingleOrDefaultAsync(person => person.Subject == id, stop);
        if (row is not { Standing: Standing.Active })
            return Viewer.Anonymous;
        var contact = await store.ContactOf(id, stop);
        var room = face == Face.Audit && row.Roles.Contains(Role.Auditor) ? await Rooms.Of(store, id, stop) : null;
        return new Viewer
        {
            // In the audit room nobody is more than its auditor, whatever else he is.
            Actor = new Actor(Actor.PersonId(id), face == Face.Audit ? room is null ? [] : [Role.Auditor] : [.. row.Roles]),
            Room = room,
            Name = contact?.Name ?? "(erased)",
            Person = id,
            Sites = [.. row.Sites],
            ProvedAt = long.TryParse(proved, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) ? new Instant(ms) : null,
        };
    }

    // A wrong link tells nothing: it looks like any address that does not exist.
    private static async Task<Viewer?> OfSecret(Store store, string purpose, string secret, CancellationToken stop) =>
        await store.FindSecret(purpose, secret, stop) is not { } found ? null
            : purpose == SecretPurpose.Report ? new Viewer { Actor = new Actor($"reporter/{found.Subject:D}", [Role.Reporter]), Name = "Reporter", Report = found.Subject }
            : Viewer.Anonymous;

    private static async Task<Viewer?> OfToken(Store store, string token, CancellationToken stop)
    {
        if (await store.FindSecret(SecretPurpose.SiteToken, token, stop) is { } site)
            return new Viewer { Actor = new Actor($"site/{site.Subject:D}", [Role.Operator, Role.Machine]), Name = "Site token", Sites = [site.Subject] };
        if (await store.FindSecret(SecretPurpose.Token, token, stop) is not { } machine)
            return null;
        if (machine.SeenAt is not { } seen || store.Now - new Instant(seen) >= Store.SeenEvery)
            await store.Saw(machine, stop);
        var owner = await (await store.Rows<TokenRow>(stop)).Where(row => row.Subject == machine.Subject).Select(row => row.Owner).SingleOrDefaultAsync(stop);
        return new Viewer { Actor = new Actor(Actor.MachineId(owner, machine.Subject), [Role.Machine, .. ScopeRoles(machine.Scope)]), Name = "Token" };
    }

    private static ImmutableArray<Role> ScopeRoles(string scope) => [.. scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<Role>)];
}

/// <summary>What secrets are for.</summary>
public static class SecretPurpose
{
    /// <summary>A reporter's private page. Never used up, so that a link scanner's visit does no harm.</summary>
    public const string Report = "report";

    /// <summary>Somebody invited to an account. Used up by the form that makes the account, not by opening the page.</summary>
    public const string Invitation = "invitation";

    /// <summary>The one-time link that makes organisation, manufacturer and administrator.</summary>
    public const string SetUp = "set-up";

    /// <summary>A demo's one-time sign-in, from this machine only.</summary>
    public const string SignIn = "sign-in";

    /// <summary>A machine's token; the scope lists roles.</summary>
    public const string Token = "token";

    /// <summary>A site's token, for download and receipts.</summary>
    public const string SiteToken = "site-token";

    /// <summary>The one-time code that enrols a site's key.</summary>
    public const string SiteKey = "site-key";
}
