using Aftercare.Server.Platform.Access;
using Microsoft.AspNetCore.Antiforgery;

namespace Aftercare.Server.Platform.Web;

/// <summary>Lets in only the forms that this host itself handed out.</summary>
public static class FormGate
{
    /// <summary>The refusal of a form whose token is missing, stale or somebody else's.</summary>
    public const string StaleCode = "form.stale";

    /// <summary>The refusal of a form that was opened in a session that has ended.</summary>
    public const string EndedCode = "session.ended";

    /// <summary>
    /// For uploads, which are read part by part and so never through the form reader: whether the token (the field
    /// <c>__RequestVerificationToken</c>, which <c>StepForm</c> writes first) is one that we gave to this browser and person.
    /// The endpoint itself says <c>DisableAntiforgery()</c>.
    /// </summary>
    public static Task<bool> AcceptsAsync(HttpContext context, string token)
    {
        // The header is looked at before the form, so the body stays unread.
        context.Request.Headers["RequestVerificationToken"] = token;
        return context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context);
    }

    internal static Task RefuseForged(HttpContext context, RequestDelegate next) =>
        context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false } invalid
            ? Refusal(context, invalid.Error?.InnerException).ExecuteAsync(context)
            : next(context);

    // The token is looked for in the form, so a form that cannot be read shows itself here first.
    private static IResult Refusal(HttpContext context, Exception? unreadable) => unreadable switch
    {
        BadHttpRequestException broken => ErrorPages.Result(broken.StatusCode),
        InvalidDataException => ErrorPages.Result(StatusCodes.Status400BadRequest),
        // Its token is of somebody who is nobody now; after signing in again it is good.
        _ when Sessions.HasEnded(context) => ErrorPages.Result(StatusCodes.Status401Unauthorized, EndedCode, ErrorPages.Text(context, "SessionEnded"), clear: "/sign-in"),
        _ => ErrorPages.Result(StatusCodes.Status400BadRequest, StaleCode, ErrorPages.Text(context, "StaleForm")),
    };
}
