using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Microsoft.AspNetCore.Identity;

namespace Aftercare.Server.Platform.Access;

/// <summary>A person proves anew who he is, at the moment of signing (21 CFR Part 11 §11.200).</summary>
public static class Proof
{
    /// <summary>
    /// The viewer with the proof that the form brings. No password: the proof of the session stands, fresh or not; the store decides whether it is fresh enough.
    /// Where the person uses an authenticator app, the form brings a code too. Wrong passwords and codes count towards the lock-out.
    /// </summary>
    public static async Task<Outcome<Viewer>> Prove(HttpContext context, Viewer viewer, string? password, string? code)
    {
        if (string.IsNullOrEmpty(password) || viewer.Person is not { } person)
            return viewer;
        var signIn = context.RequestServices.GetRequiredService<SignInManager<Account>>();
        if (await signIn.UserManager.FindByIdAsync(person.ToString("D")) is not { } account)
            return Refusal.Invisible;
        var result = await signIn.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true);
        var right = result.Succeeded;
        if (right && account.TwoFactorEnabled)
            result = await SecondFactor.Check(signIn.UserManager, account, code);
        if (result.IsLockedOut)
            return new Refusal(Because.Signature, "signature.locked-out", "Too many wrong attempts. Try again in 15 minutes.");
        if (!right)
            return new Refusal(Because.Signature, "signature.wrong-password", "The password is wrong. Nothing was signed.");
        if (!result.Succeeded)
            return new Refusal(Because.Signature, "signature.wrong-code", "The code is wrong or was used before. Nothing was signed.") { ClearAt = "/sign-in/again" };
        return viewer with { ProvedAt = Instant.From(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()) };
    }
}
