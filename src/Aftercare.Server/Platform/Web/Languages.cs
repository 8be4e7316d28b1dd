using System.Globalization;
using Microsoft.AspNetCore.Localization;

namespace Aftercare.Server.Platform.Web;

/// <summary>
/// The languages of the front door: <c>?lang=</c>, else the cookie, else Accept-Language, else English. The other faces are
/// English. Numbers and dates are never formatted by the reader's culture; components write them out themselves.
/// </summary>
public static class Languages
{
    private const string Query = "lang";
    private const string Cookie = "aftercare.lang";

    /// <summary>Code and name in its own language.</summary>
    internal static IReadOnlyList<(string Code, string Name)> All { get; } = [("en", "English"), ("de", "Deutsch")];

    internal static RequestLocalizationOptions Options { get; } = new()
    {
        DefaultRequestCulture = new RequestCulture(CultureInfo.InvariantCulture, CultureInfo.GetCultureInfo("en")),
        SupportedCultures = [CultureInfo.InvariantCulture],
        SupportedUICultures = [.. All.Select(language => CultureInfo.GetCultureInfo(language.Code))],
        RequestCultureProviders =
        [
            new CustomRequestCultureProvider(EnglishBehindTheFrontDoor),
            new QueryStringRequestCultureProvider { QueryStringKey = Query, UIQueryStringKey = Query },
            new CookieRequestCultureProvider { CookieName = Cookie },
            new AcceptLanguageHeaderRequestCultureProvider(),
        ],
    };

    /// <summary>This page in another language.</summary>
    internal static string Address(HttpContext context, string code)
    {
        var rest = context.Request.Query
            .Where(pair => pair.Key != Query)
            .SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value));
        return context.Request.PathBase + context.Request.Path + QueryString.Create([.. rest, new(Query, code)]);
    }

    /// <summary>Keeps the choice made by <c>?lang=</c> for a year.</summary>
    internal static Task Remember(HttpContext context, RequestDelegate next)
    {
        var asked = context.Request.Query[Query].ToString();
        if (All.Any(language => language.Code == asked))
        {
            var culture = new RequestCulture(CultureInfo.InvariantCulture, CultureInfo.GetCultureInfo(asked));
            context.Response.Cookies.Append(Cookie, CookieRequestCultureProvider.MakeCookieValue(culture), new CookieOptions
            {
                HttpOnly = true,
                IsEssential = true,
                MaxAge = TimeSpan.FromDays(365),
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
            });
        }

        return next(context);
    }

    private static Task<ProviderCultureResult?> EnglishBehindTheFrontDoor(HttpContext context) =>
        Task.FromResult(Faces.Of(context) == Face.FrontDoor ? null : new ProviderCultureResult("en"));
}
