using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace Aftercare.Server.Platform.Access;

/// <summary>How long somebody stays signed in. Read from the configuration section <c>Sessions</c>.</summary>
public sealed class SessionLimits
{
    public const int MostHours = 24;

    /// <value>1 to 24 hours after the last sign-in; default 12, a long working day (NIST SP 800-63B asks for at most 24).</value>
    [Range(1, MostHours)]
    public int Hours { get; set; } = 12;

    /// <value>5 to 1440 minutes without a request; default 60 (NIST SP 800-63B).</value>
    [Range(5, 1440)]
    public int IdleMinutes { get; set; } = 60;

    public TimeSpan Idle => TimeSpan.FromMinutes(IdleMinutes);
}

/// <summary>
/// The cookie only names a session; the table says whether it stands. So what ends a session ends it at the next request, and a cookie that was copied is worth
/// nothing afterwards.
/// </summary>
public static class Sessions
{
    /// <summary>The claim with the session's id.</summary>
    public const string Claim = "session";

    private const int MaxUserAgent = 500;

    // In this order: each browser also calls itself by the names of those before it in history.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("FxiOS", "Firefox"), ("Firefox/", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS X", "Mac"), ("Linux", "Linux")];

    /// <summary>Asked with each request that brings the cookie.</summary>
    internal static async Task Validate(CookieValidatePrincipalContext context)
    {
        var (services, stop) = (context.HttpContext.RequestServices, context.HttpContext.RequestAborted);
        var store = services.GetRequiredService<Stores>().Open(Viewer.System);
        // Admission asks next, over the same connection, and closes it; whatever never comes to it closes it with the answer.
        context.HttpContext.Features.Set(store);
        context.HttpContext.Response.RegisterForDisposeAsync(store);
        var idle = services.GetRequiredService<IOptions<SessionLimits>>().Value.Idle;
        if (context.Principal?.FindFirstValue(Claim) is { } id && await store.FindSession(id, idle, stop) is { } session
            && context.Principal.FindFirstValue(ClaimTypes.NameIdentifier) == session.Person.ToString("D"))
        {
            if (store.Now - new Instant(session.SeenAt) >= Store.SeenEvery)
                await store.Saw(session, stop);
            context.HttpContext.Features.Set(session);
            return;
        }
        // The browser keeps the dead cookie: taking it away here could take away the one that replaced it in the meantime.
        context.RejectPrincipal();
        context.HttpContext.Features.Set(new Ended());
    }

    /// <summary>The session of this request; null when nobody is signed in.</summary>
    public static SessionRecord? Of(HttpContext context) => context.Features.Get<SessionRecord>();

    /// <summary>Whether this request came with the cookie of a session that has ended.</summary>
    public static bool HasEnded(HttpContext context) => context.Features.Get<Ended>() is not null;

    /// <summary>A browser in plain words, by a few rules of our own: <c>Firefox on Windows</c>, <c>unknown browser</c>.</summary>
    public static string BrowserOf(string? userAgent)
    {
        var text = userAgent is { Length: > MaxUserAgent } ? userAgent[..MaxUserAgent] : userAgent ?? "";
        var browser = Browsers.FirstOrDefault(one => text.Contains(one.Mark, StringComparison.Ordinal)).Name ?? "unknown browser";
        return Systems.FirstOrDefault(one => text.Contains(one.Mark, StringComparison.Ordinal)).Name is { } system ? $"{browser} on {system}" : browser;
    }

    /// <summary>The network of an address: /24 of IPv4, /48 of IPv6. Enough to recognise one's own, too little to find a person.</summary>
    public static string NetworkOf(IPAddress? address)
    {
        if (address is null)
            return "unknown network";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var (bytes, kept) = (address.GetAddressBytes(), address.AddressFamily == AddressFamily.InterNetwork ? 3 : 6);
        bytes.AsSpan(kept).Clear();
        return $"{new IPAddress(bytes)}/{kept * 8}";
    }

    private sealed class Ended;
}
