using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.People;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.SignIn;
using Aftercare.SignOn;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.SignOn;

/// <summary>
/// Signs in by the OpenID provider: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0 §3.1). A person exists first. An identity is linked
/// once, to the person whose address it has verified; from then on issuer and subject count, and no address does.
/// </summary>
public static class SignInWithProvider
{
    /// <summary>Where the way to the provider begins; the cookie of the attempt goes nowhere else.</summary>
    internal const string Path = "/sign-in/with";

    private const string Back = Path + "/back";

    private const int MaxReturn = 500;

    /// <summary>What an administrator sees who tries it.</summary>
    /// <param name="Person">Whom it would sign in; null: nobody.</param>
    /// <param name="Roles">What his groups stand for.</param>
    public sealed record Tried(Identity Identity, string? Person, ImmutableArray<Role> Roles);

    internal static void Map(IEndpointRouteBuilder app)
    {
        Get(app, Path, Face.FrontDoor, Allowed.Anyone, context => Begin(context, SignOnPurpose.SignIn)).RequireRateLimiting(SignInRate.Policy);
        Get(app, "/sign-in/again/with", Face.FrontDoor, Allowed.SignedIn, context => Begin(context, SignOnPurpose.Prove)).RequireRateLimiting(SignInRate.Policy);
        Get(app, "/desk/sign-on/try", Face.Desk, [Role.Administrator], context => Begin(context, SignOnPurpose.Try));
        Get(app, Back, Face.FrontDoor, Allowed.Anyone, Answer).RequireRateLimiting(SignInRate.Policy);
    }

    /// <summary>The address to which the provider sends people back.</summary>
    internal static string Callback(Installation installation) => installation.PublicUrl + Back;

    internal static string Of(TurnedAwayBecause because) => because switch
    {
        TurnedAwayBecause.AddressNotVerified => "The provider has not verified the e-mail address",
        TurnedAwayBecause.AnotherIdentity => "The account with this address belongs to another identity",
        _ => "Nobody with this address is invited or has an account",
    };

    private static IEndpointConventionBuilder Get(IEndpointRouteBuilder app, string path, Face face, ImmutableArray<Role> roles, Func<HttpContext, Task<IResult>> answer) =>
        app.MapMethods(path, Doors.Reading, Doors.Answered(answer)).WithMetadata(new Allowed(face, roles)).WithFace(face);

    private static async Task<IResult> Begin(HttpContext context, SignOnPurpose purpose)
    {
        var (services, stop) = (context.RequestServices, context.RequestAborted);
        await using var store = services.GetRequiredService<Stores>().Open(Viewer.System);
        if (await SignOns.Settings(store, stop) is not { Stage: SignOnStage.On } settings)
            return Refused(purpose, No("off", "Single sign-on is not set up here."));
        var set = settings.Current;
        if ((await services.GetRequiredService<Provider>().Facts(set.Issuer, stop)).Refused(out var why, out var facts))
            return Refused(purpose, why);
        var attempt = new SignOnAttempt(purpose, Store.NewSecret(), Store.NewSecret(), Store.NewSecret() + Store.NewSecret(), set.Issuer, ReturnOf(context),
            Session.Viewer(context).Person, Sessions.Of(context)?.Sha256, store.Now.Ms);
        services.GetRequiredService<SignOnCookie>().Set(context, attempt);
        var asked = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = set.ClientId,
            ["redirect_uri"] = Callback(services.GetRequiredService<Installation>()),
            ["scope"] = string.Join(' ', ((string[])["openid", "email", "profile"]).Concat(set.GroupsClaim is { } groups && facts.Scopes.Contains(groups) ? [groups] : [])),
            ["state"] = attempt.State,
            ["nonce"] = attempt.Nonce,
            ["code_challenge"] = attempt.Challenge,
            ["code_challenge_method"] = "S256",
        };
        if (purpose == SignOnPurpose.Prove)
            (asked["prompt"], asked["max_age"]) = ("login", "0");
        return Results.Redirect(QueryHelpers.AddQueryString(facts.Authorize.ToString(), asked));
    }

    private static async Task<IResult> Answer(HttpContext context)
    {
        var (services, stop, query) = (context.RequestServices, context.RequestAborted, context.Request.Query);
        // Whoever was lured here by somebody else's answer has no attempt of his own with this state.
        if (services.GetRequiredService<SignOnCookie>().Take(context) is not { } attempt || !Same(query["state"], attempt.State))
            return Refused(SignOnPurpose.SignIn, No("state", "This answer does not belong to an attempt of this browser, or it took too long. Begin again."));
        await using var store = services.GetRequiredService<Stores>().Open(Viewer.System);
        if (await SignOns.Settings(store, stop) is not { Stage: SignOnStage.On } settings || settings.Current.Issuer != attempt.Issuer || await SignOns.SecretOf(store, stop) is not { } secret)
            return Refused(attempt.Purpose, No("changed", "Single sign-on was set up anew meanwhile. Begin again."));
        var provider = services.GetRequiredService<Provider>();
        if ((await provider.Facts(attempt.Issuer, stop)).Refused(out var why, out var facts))
            return Refused(attempt.Purpose, why);
        if (query.ContainsKey("iss") ? query["iss"] != attempt.Issuer : facts.NamesItself)
            return Refused(attempt.Purpose, No("issuer", "The answer is another provider's."));
        if (query.ContainsKey("error") || query["code"].ToString() is not { Length: > 0 and <= 4096 } code)
            return Refused(attempt.Purpose, No("denied", "The provider did not sign you in."));
        if ((await provider.Redeem(settings.Current, secret, facts, code, attempt, Callback(services.GetRequiredService<Installation>()), stop)).Refused(out why, out var identity))
            return Refused(attempt.Purpose, why);
        return attempt.Purpose == SignOnPurpose.Try ? await Try(services, store, settings, identity, stop) : await SignIn(context, store, settings, identity, attempt, stop);
    }

    private static async Task<IResult> SignIn(HttpContext context, Store store, SignOnSettings settings, Identity identity, SignOnAttempt attempt, CancellationToken stop)
    {
        var signIn = context.RequestServices.GetRequiredService<SignInManager<Account>>();
        var found = await AccountOf(signIn.UserManager, store, identity, stop);
        if (attempt.Purpose == SignOnPurpose.Prove && (found.Account is null || attempt.Person != found.Account.Id))
            return Refused(attempt.Purpose, No("another-person", "The provider signed in another person than the one who is signed in here. Nothing was changed."));
        if (found.Account is not { } account && found.Invited is { } invited)
        {
            if ((await Join.BySignOn(store, invited, stop)).Refused(out var why, out _))
                return Refused(attempt.Purpose, why);
            found = await AccountOf(signIn.UserManager, store, identity, stop);
        }
        if (found.Account is not { } known)
            return Refused(attempt.Purpose, await TurnAway(store, identity, found.Because, stop));
        var proved = attempt.Purpose == SignOnPurpose.Prove ? Fresh(identity, attempt, store.Now) : null;
        if (attempt.Purpose == SignOnPurpose.Prove && proved is null)
            return Refused(attempt.Purpose, No("not-fresh", "The provider did not ask you anew who you are, so this proves nothing. Use your passkey or your password."));
        if (await signIn.UserManager.IsLockedOutAsync(known))
            return Refused(attempt.Purpose, new Refusal(Because.Signature, "signature.locked-out", "Too many wrong attempts. Try again in 15 minutes."));
        if (found.Link is { } link && !(await signIn.UserManager.AddLoginAsync(known, link)).Succeeded)
            return Refused(attempt.Purpose, No("another-identity", "Somebody else was linked at the same moment. Begin again."));
        await Groups(context.RequestServices.GetRequiredService<Stores>(), settings, identity, known.Id, stop);
        if (attempt is { Person: { } before, Session: { } session })
        {
            await store.EndSession(before, session, stop);
            await store.SaveKept(stop);
        }
        await Session.Begin(signIn, known, SignInWay.SingleSignOn, context.RequestServices.GetRequiredService<TimeProvider>(), proved);
        // The browser does not send the session's cookie along where another host has led it; where this page leads it, it does.
        context.Response.Headers["Refresh"] = $"0; url={attempt.Return}";
        return new RazorComponentResult<SignedOnPage>(new Dictionary<string, object?> { ["Return"] = attempt.Return });
    }

    private static async Task<IResult> Try(IServiceProvider services, Store store, SignOnSettings settings, Identity identity, CancellationToken stop)
    {
        var found = await AccountOf(services.GetRequiredService<UserManager<Account>>(), store, identity, stop);
        var person = found.Account?.Id ?? found.Invited;
        return new RazorComponentResult<TriedPage>(new Dictionary<string, object?>
        {
            ["Model"] = new Tried(identity, person is { } id ? (await store.ContactOf(id, stop))?.Name ?? "(erased)" : null, settings.RolesOf(identity.Groups)?.Named ?? []),
        });
    }

    /// <summary>Whose identity it is, and nothing else is done yet.</summary>
    /// <param name="Account">Null: nobody's, or of somebody who was invited and has no account yet.</param>
    /// <param name="Link">To be kept with the account, from now on; null: it is kept already.</param>
    /// <param name="Because">Why it is nobody's.</param>
    private sealed record Found(Account? Account, UserLoginInfo? Link, Guid? Invited, TurnedAwayBecause Because);

    private static async Task<Found> AccountOf(UserManager<Account> people, Store store, Identity identity, CancellationToken stop)
    {
        var link = LinkOf(identity);
        if (await people.FindByLoginAsync(link.LoginProvider, link.ProviderKey) is { } linked)
            return new Found(linked, null, null, default);
        if (identity.Email is not { } email || !identity.EmailVerified)
            return new Found(null, null, null, TurnedAwayBecause.AddressNotVerified);
        if (await people.FindByEmailAsync(email) is not { } account)
            return new Found(null, null, await InvitedTo(store, email, stop), TurnedAwayBecause.Unknown);
        // An address that was given to somebody else does not bring its former owner's account along.
        return (await people.GetLoginsAsync(account)).Any(login => login.LoginProvider == link.LoginProvider)
            ? new Found(null, null, null, TurnedAwayBecause.AnotherIdentity)
            : new Found(account, link, null, default);
    }

    private static async Task<Guid?> InvitedTo(Store store, string email, CancellationToken stop)
    {
        var invited = await (await store.Rows<PersonRow>(stop)).Where(row => row.Standing == Standing.Invited).OrderByDescending(row => row.Since).Select(row => row.Subject).ToListAsync(stop);
        var contacts = await store.ContactsOf(invited, stop);
        foreach (var person in invited.Where(id => string.Equals(contacts.GetValueOrDefault(id)?.Email, email, StringComparison.OrdinalIgnoreCase)))
            if (await store.CountSecrets(SecretPurpose.Invitation, person, stop) > 0)
                return person;
        return null;
    }

    // As digests: a subject may be longer than the column, and says something about the person.
    private static UserLoginInfo LinkOf(Identity identity) =>
        new($"sign-on {Digest(identity.Issuer)}", Digest($"{identity.Issuer.Length}:{identity.Issuer}{identity.Subject}"), "Single sign-on");

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static async Task<Refusal> TurnAway(Store store, Identity identity, TurnedAwayBecause because, CancellationToken stop)
    {
        // The same identity is the same subject, so that it is on record once a day.
        var id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"stranger {LinkOf(identity).ProviderKey}")).AsSpan(0, 16), bigEndian: true);
        var before = await store.Find<Stranger>(id, stop);
        if (Stranger.TurnAway(before, because, store.Now) is { } turned)
        {
            await store.KeepContact(id, new Contact(identity.Name ?? identity.Email ?? "Somebody without a name", identity.Email), stop);
            try
            {
                _ = (await store.Record(new Done("/", id), stop, before is null ? Change.Begin(id, turned) : Change.To(before, turned))).Value;
            }
            catch (LostRaceException)
            {
                // He tries twice at once; once is on record.
            }
        }
        return No(Words.Of(because), $"{Of(because)}. Ask an administrator of this installation for an invitation to the address that you use there.");
    }

    private static async Task Groups(Stores stores, SignOnSettings settings, Identity identity, Guid id, CancellationToken stop)
    {
        if (settings.RolesOf(identity.Groups) is not var (named, mapped))
            return;
        await using var store = stores.Open(new Viewer { Actor = settings.Proposer, Name = settings.Current.ButtonName });
        if (await store.Find<Person>(id, stop) is not { Standing: Standing.Active } person || person.FromGroups(named, mapped) is not { IsEmpty: false } changes)
            return;
        try
        {
            _ = (await store.Record(new Done("/", id), stop, Change.To(person, [.. changes]))).Value;
        }
        catch (LostRaceException)
        {
            // Somebody changes his roles at this moment; the next sign-in looks again.
        }
    }

    // The provider's clock counts seconds, and may differ a little.
    private static Instant? Fresh(Identity identity, SignOnAttempt attempt, Instant now) =>
        identity.ProvedAt is { } at && at >= new Instant(attempt.Begun).Plus(-Provider.Skew) && at <= now.Plus(Provider.Skew) ? (at <= now ? at : now) : null;

    // As a header can carry it, and short enough for a cookie.
    private static string ReturnOf(HttpContext context) =>
        Session.Inside(context.Request.Query["return"]) is { Length: <= MaxReturn } path && Uri.TryCreate($"http://here{path}", UriKind.Absolute, out var address) ? address.PathAndQuery : "/home";

    private static bool Same(string? given, string state) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given ?? ""), Encoding.UTF8.GetBytes(state));

    // Where he can do something about it: at the way in that he came from.
    private static RazorComponentResult Refused(SignOnPurpose purpose, Refusal why) => new RazorComponentResult<NotSignedOnPage>(new Dictionary<string, object?>
    {
        ["Why"] = why,
        ["Back"] = purpose switch { SignOnPurpose.Prove => "/sign-in/again", SignOnPurpose.Try => "/desk/sign-on", _ => "/sign-in" },
    })
    { StatusCode = StatusCodes.Status403Forbidden };

    private static Refusal No(string code, string reason) => new(Because.Signature, $"sign-on.{code}", reason);
}
