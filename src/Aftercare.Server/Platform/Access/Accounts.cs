using Aftercare.Server.Platform.Storage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace Aftercare.Server.Platform.Access;

/// <summary>How people prove who they are (ASP.NET Core Identity). What they may do is in the ledger.</summary>
public static class Accounts
{
    /// <value>12 characters; length is what helps, so nothing else is asked of them.</value>
    public const int MinPassword = 12;

    /// <value>5 minutes between password and code.</value>
    private static readonly TimeSpan CodeWait = TimeSpan.FromMinutes(5);

    /// <param name="https">The public address is https, whatever a proxy in front speaks to us: cookies then never travel in the clear.</param>
    public static IServiceCollection AddAccounts(this IServiceCollection services, bool https)
    {
        services.AddIdentityCore<Account>(options =>
        {
            options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
            options.Password.RequiredLength = MinPassword;
            options.Password.RequireDigit = options.Password.RequireUppercase = options.Password.RequireLowercase = options.Password.RequireNonAlphanumeric = false;
            options.Password.RequiredUniqueChars = 5;
            options.Lockout.MaxFailedAccessAttempts = 5;
            options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15);
            options.User.RequireUniqueEmail = true;
        })
        .AddEntityFrameworkStores<RecordContext>()
        .AddUserStore<AccountStore>()
        .AddSignInManager()
        .AddDefaultTokenProviders()
        .AddTokenProvider<AuthenticatorCodes>(TokenOptions.DefaultAuthenticatorProvider);
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies(cookies =>
        {
            cookies.ApplicationCookie!.Configure(options => SessionCookie(options, https));
            cookies.TwoFactorUserIdCookie!.Configure(options =>
            {
                Protect(options, "aftercare.code", https);
                options.ExpireTimeSpan = CodeWait;
                options.SlidingExpiration = false;
            });
        });
        services.AddOptionsWithValidateOnStart<SessionLimits>().BindConfiguration("Sessions").ValidateDataAnnotations();
        services.Configure<AntiforgeryOptions>(options => options.Cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest);
        // Identity's own stores want a context of their own; it never takes part in a decision's transaction. Most requests make it and never use it,
        // and what a context has not used it does not dispose either: so its connection is opened by the first use.
        services.AddScoped(provider =>
        {
            var database = provider.GetRequiredService<Database>();
            return database.Record(database.Unopened(), owns: true);
        });
        return services;
    }

    private static void SessionCookie(CookieAuthenticationOptions options, bool https)
    {
        Protect(options, "aftercare.session", https);
        // The table of sessions says when it ends, and it may end sooner.
        options.ExpireTimeSpan = TimeSpan.FromHours(SessionLimits.MostHours);
        options.SlidingExpiration = false;
        options.LoginPath = "/sign-in";
        options.Events.OnValidatePrincipal = Sessions.Validate;
    }

    private static void Protect(CookieAuthenticationOptions options, string name, bool https)
    {
        options.Cookie.Name = name;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
    }
}
