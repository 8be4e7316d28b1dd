using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.AspNetCore.WebUtilities;

namespace Aftercare.Server.Platform.Web;

/// <summary>
/// How a page is opened; on its endpoint. A form says on which page it stands, so that what is refused is answered by that page, as it is now and
/// with everything that was typed.
/// </summary>
internal sealed record PageDoor(Func<HttpContext, Fields, Task<IResult>> Open)
{
    /// <summary>The hidden field that names the page: its pattern, a space, its address.</summary>
    public const string Field = "page";

    /// <summary>The hidden field with the form's id.</summary>
    public const string FormField = "form";

    /// <summary>What a form on this page says of it; null where the page cannot be opened again.</summary>
    public static string? AddressOf(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } pattern } endpoint && endpoint.Metadata.GetMetadata<PageDoor>() is not null && endpoint.Metadata.GetMetadata<Allowed>()?.OpenedBy is null
            ? $"{pattern} {context.Request.Path}{context.Request.QueryString}"
            : null;

    /// <summary>The page with the refused form as it was filled in; null where the form named none that the viewer may open.</summary>
    public static async Task<IResult?> Again(HttpContext context, Fields fields, Refusal why)
    {
        if (why.Because is Because.Invisible or Because.TooLarge || context.Request.Headers.ContainsKey("HX-Request") || fields.Raw(Field)?.Split(' ', 2) is not [var pattern, var address])
            return null;
        if (Find(context, pattern) is not var (endpoint, door) || Given(pattern, address) is not { } given)
            return null;
        context.Features.Set(new Refill(context.Request.Path, fields.Raw(FormField), fields, why));
        // The page finds the address that it would have if it had been opened.
        context.SetEndpoint(endpoint);
        var parts = address.Split('?', 2);
        (context.Request.Path, context.Request.QueryString) = (parts[0], new QueryString(parts.Length == 2 ? $"?{parts[1]}" : ""));
        if (await door.Open(context, given) is not RazorComponentResult page)
        {
            context.Features.Set<Refill>(null);
            return null;
        }
        page.StatusCode = why.Status;
        return page;
    }

    private static (RouteEndpoint Endpoint, PageDoor Door)? Find(HttpContext context, string pattern) =>
        context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .FirstOrDefault(one => one.RoutePattern.RawText == pattern && one.Metadata.GetMetadata<PageDoor>() is not null) is { } endpoint
        && endpoint.Metadata.GetRequiredMetadata<Allowed>() is { OpenedBy: null } allowed && context.Features.Get<Viewer>() is { } viewer && allowed.Admits(viewer)
            ? (endpoint, endpoint.Metadata.GetRequiredMetadata<PageDoor>())
            : null;

    // What the form says is no more than an address: it is read as if a browser had asked for it.
    private static Fields? Given(string pattern, string address)
    {
        var parts = address.Split('?', 2);
        var route = new RouteValueDictionary();
        if (!parts[0].StartsWith('/') || !new TemplateMatcher(TemplateParser.Parse(pattern), []).TryMatch(parts[0], route))
            return null;
        var values = (parts.Length == 2 ? QueryHelpers.ParseQuery(parts[1]) : []).ToDictionary(pair => pair.Key, pair => pair.Value.Select(value => value ?? "").ToImmutableArray());
        foreach (var (name, value) in route)
            values[name] = [value?.ToString() ?? ""];
        return new Fields(values, []);
    }
}
