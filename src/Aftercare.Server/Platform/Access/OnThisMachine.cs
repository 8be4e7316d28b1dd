using System.Net;

namespace Aftercare.Server.Platform.Access;

/// <summary>Whether a request comes from this machine itself.</summary>
internal static class OnThisMachine
{
    // A proxy on this machine speaks for the whole world, and says so; a page elsewhere can bend its own name to this address (DNS rebinding), and the name stays.
    private static readonly string[] Handed = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"];

    public static bool Is(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && (context.Request.Host.Host == "localhost" || (IPAddress.TryParse(context.Request.Host.Host.Trim('[', ']'), out var named) && IPAddress.IsLoopback(named)))
        && !Handed.Any(context.Request.Headers.ContainsKey);
}
