using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Aftercare.Server.Platform.Web;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Aftercare.Server.SignIn;

/// <summary>How often one address may try to sign in. Read from the configuration section <c>SignIn</c>.</summary>
public sealed class SignInRateOptions
{
    /// <value>1 to 10,000 attempts a minute from one address; default 60, as a whole hospital may share one.</value>
    [Range(1, 10_000)]
    public int PerMinute { get; set; } = 60;
}

/// <summary>Slows down guessing: beside the lock-out of an account, one address has so many attempts a minute; further ones get 429.</summary>
internal static class SignInRate
{
    public const string Policy = "sign-in";

    public static IServiceCollection AddSignInRate(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<SignInRateOptions>().BindConfiguration("SignIn").ValidateDataAnnotations();
        return services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(Policy, context => RateLimitPartition.GetSlidingWindowLimiter(AddressOf(context), _ => new SlidingWindowRateLimiterOptions
            {
                PermitLimit = context.RequestServices.GetRequiredService<IOptions<SignInRateOptions>>().Value.PerMinute,
                Window = TimeSpan.FromMinutes(1),
                SegmentsPerWindow = 6,
            }));
            limiter.OnRejected = async (rejected, _) => await Refuse(rejected);
        });
    }

    // Whoever has an IPv6 network has 2^64 addresses: the network counts as one.
    private static string AddressOf(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
            return "";
        if (address.IsIPv4MappedToIPv6 || address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
            return address.MapToIPv4().ToString();
        var network = address.GetAddressBytes();
        network.AsSpan(8).Clear();
        return new IPAddress(network).ToString();
    }

    private static async ValueTask Refuse(OnRejectedContext rejected)
    {
        var context = rejected.HttpContext;
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(10);
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await ErrorPages.Result(StatusCodes.Status429TooManyRequests, "sign-in.too-often").ExecuteAsync(context);
    }
}
