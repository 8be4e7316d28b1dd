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

    /// <value>12 hours without proving who you are again.</value>
    private static readonly TimeSpan Session = TimeSpan.FromHours(12);

    /// <value>1 minute until a changed password ends the other sessions. A person who has left is out at once, as rights are read with each request.</value>
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

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
        .AddSignInManager()
        .AddDefaultTokenProviders();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies(cookies => cookies.ApplicationCookie!.Configure(options =>
        {
            options.Cookie.Name = "aftercare.session";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.ExpireTimeSpan = Session;
            options.LoginPath = "/sign-in";
            options.Events.OnValidatePrincipal = Validate;
        }));
        services.Configure<SecurityStampValidatorOptions>(options =>
        {
            options.ValidationInterval = Look;
            options.OnRefreshingPrincipal = Keep;
        });
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

    // The validator makes an account store with each request; it is asked only when it has to look.
    private static Task Validate(CookieValidatePrincipalContext context)
    {
        var clock = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>();
        return context.Properties.IssuedUtc is { } issued && clock.GetUtcNow() - issued < Look ? Task.CompletedTask : SecurityStampValidator.ValidatePrincipalAsync(context);
    }

    // When somebody last proved who he is was said by the session, not by the account.
    private static Task Keep(SecurityStampRefreshingPrincipalContext context)
    {
        if (context.CurrentPrincipal?.FindFirst(Admission.ProvedClaim) is { } proved)
            context.NewPrincipal?.Identities.First().AddClaim(proved.Clone());
        return Task.CompletedTask;
    }
}
