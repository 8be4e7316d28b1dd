using System.Collections.Frozen;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace Aftercare.Server.Platform.Web;

/// <summary>Every refusal and failure, as a page for people and as problem+json (RFC 9457) for machines.</summary>
public static class ErrorPages
{
    private static readonly FrozenSet<int> Worded = FrozenSet.Create(400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503);

    /// <summary>
    /// Answers with this status: problem+json under <c>/api</c> and for whoever does not ask for HTML, the bare refusal for
    /// htmx (into the page's notice), a whole page otherwise.
    /// </summary>
    /// <param name="status">400 to 599. One without words of its own borrows those of 400 or 500.</param>
    /// <param name="code">Stable and greppable, e.g. <c>case.wrong-stage</c>; default <c>http.404</c> and so on.</param>
    /// <param name="reason">One sentence: what stands in the way; default the general words of the status.</param>
    /// <param name="faults">The fields that are wrong, by form field name.</param>
    /// <param name="clear">Address of the page where that can be cleared.</param>
    public static IResult Result(
        int status, string? code = null, string? reason = null, IReadOnlyList<(string Field, string Reason)>? faults = null, string? clear = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        return new Answer(status, code ?? string.Create(CultureInfo.InvariantCulture, $"http.{status}"), reason, faults ?? [], clear);
    }

    /// <summary>The key of the general words for a status, in <c>FrontDoorText</c>.</summary>
    internal static string Key(int status) =>
        "Error" + (Worded.Contains(status) ? status : status < 500 ? 400 : 500).ToString(CultureInfo.InvariantCulture);

    internal static string Text(HttpContext context, string key) =>
        context.RequestServices.GetRequiredService<IStringLocalizer<FrontDoorText>>()[key];

    private static bool WantsPage(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && (IsHtmx(request) || request.GetTypedHeaders().Accept.Any(accept => accept.MediaType == "text/html"));

    private static bool IsHtmx(HttpRequest request) => request.Headers["HX-Request"] == "true";

    private sealed class Answer(
        int status, string code, string? reason, IReadOnlyList<(string Field, string Reason)> faults, string? clear) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => status;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            var said = reason ?? Text(httpContext, Key(status) + ".Reason");
            if (!WantsPage(httpContext.Request))
            {
                return Problem(httpContext, said).ExecuteAsync(httpContext);
            }

            return IsHtmx(httpContext.Request) ? Fragment(httpContext, said) : Page(said).ExecuteAsync(httpContext);
        }

        private ProblemHttpResult Problem(HttpContext context, string said)
        {
            var more = new Dictionary<string, object?> { ["code"] = code, ["request"] = context.TraceIdentifier };
            if (faults.Count > 0)
            {
                more["errors"] = faults.Select(fault => new { field = fault.Field, reason = fault.Reason });
            }

            if (clear is not null)
            {
                more["clear"] = clear;
            }

            var title = Text(context, Key(status) + ".Title");
            return TypedResults.Problem(said, statusCode: status, title: title, type: $"urn:aftercare:{code}", extensions: more);
        }

        private Task Fragment(HttpContext context, string said)
        {
            context.Response.Headers["HX-Retarget"] = "#notice";
            context.Response.Headers["HX-Reswap"] = "innerHTML show:#notice:top";
            var parameters = new Dictionary<string, object?>
            {
                [nameof(Refused.Code)] = code,
                [nameof(Refused.Reason)] = said,
                [nameof(Refused.Faults)] = faults,
                [nameof(Refused.Clear)] = Text(context, clear is null ? Key(status) + ".Next" : "ClearThere"),
                [nameof(Refused.ClearHref)] = clear,
            };
            return new RazorComponentResult<Refused>(parameters) { StatusCode = status }.ExecuteAsync(context);
        }

        private RazorComponentResult<ErrorPage> Page(string said) => new(new Dictionary<string, object?>
        {
            [nameof(ErrorPage.Status)] = status,
            [nameof(ErrorPage.Code)] = code,
            [nameof(ErrorPage.Reason)] = said,
            [nameof(ErrorPage.Faults)] = faults,
            [nameof(ErrorPage.Clear)] = clear,
        })
        { StatusCode = status };
    }
}
