using System.Security.Claims;
using Aftercare.Server.Platform.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Aftercare.Server.Platform.Access;

/// <summary>What a password alone does not prove where a person uses an authenticator app: that he has the device, or one of his recovery codes.</summary>
public static class SecondFactor
{
    /// <summary>The claim of a session whose person is asked for a code wherever he gives his password.</summary>
    public const string Claim = "second-factor";

    /// <value>10, each for one use.</value>
    public const int RecoveryCodes = 10;

    private const string StampClaim = "stamp";

    /// <summary>Takes a code of the app or a recovery code. Wrong ones count towards the lock-out as wrong passwords do.</summary>
    public static async Task<SignInResult> Check(UserManager<Account> people, Account account, string? given)
    {
        if (await people.IsLockedOutAsync(account))
            return SignInResult.LockedOut;
        // Counted before it is looked at: of many guesses that come at once only those are looked at that are counted.
        if (!(await people.AccessFailedAsync(account)).Succeeded)
            return SignInResult.Failed;
        if (!await IsRight(people, account, Plain(given)))
            return await people.IsLockedOutAsync(account) ? SignInResult.LockedOut : SignInResult.Failed;
        await people.SetLockoutEndDateAsync(account, null);
        await people.ResetAccessFailedCountAsync(account);
        return SignInResult.Success;
    }

    /// <summary>Remembers for five minutes, in a cookie that admits to nothing, whose password was right.</summary>
    public static Task Await(HttpContext context, Account account)
    {
        var identity = new ClaimsIdentity([new(ClaimTypes.Name, account.Id.ToString("D")), new(StampClaim, account.SecurityStamp ?? "")], IdentityConstants.TwoFactorUserIdScheme);
        return context.SignInAsync(IdentityConstants.TwoFactorUserIdScheme, new ClaimsPrincipal(identity));
    }

    /// <summary>Whose password was right a moment ago; null when nobody's was, or when password or second factor have changed since.</summary>
    public static async Task<Account?> Awaited(HttpContext context, UserManager<Account> people) =>
        (await context.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme)).Principal is { } waiting
            && await people.FindByIdAsync(waiting.FindFirstValue(ClaimTypes.Name) ?? "") is { TwoFactorEnabled: true } account
            && account.SecurityStamp == waiting.FindFirstValue(StampClaim) ? account : null;

    private static async Task<bool> IsRight(UserManager<Account> people, Account account, string code) =>
        code.Length == AuthenticatorCodes.Digits && code.All(char.IsAsciiDigit)
            ? await people.VerifyTwoFactorTokenAsync(account, TokenOptions.DefaultAuthenticatorProvider, code)
            : code.Length is > 0 and <= 20 && (await people.RedeemTwoFactorRecoveryCodeAsync(account, code)).Succeeded;

    /// <summary>As people type it: apps show a blank in the middle, and small letters are as good.</summary>
    internal static string Plain(string? given) => (given ?? "").Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
}
