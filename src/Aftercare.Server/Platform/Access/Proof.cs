using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Microsoft.AspNetCore.Identity;

namespace Aftercare.Server.Platform.Access;

/// <summary>A person proves anew who he is, at the moment of signing (21 CFR Part 11 §11.200).</summary>
public static class Proof
{
    /// <summary>
    /// The viewer with the proof that the form brings. No password: the proof of the session stands, fresh or not; the store decides whether it is fresh enough.
    /// A wrong password counts towards the lock-out.
    /// </summary>
    public static async Task<Outcome<Viewer>> Prove(HttpContext context, Viewer viewer, string? password)
    {
        if (string.IsNullOrEmpty(password) || viewer.Person is not { } person)
            return viewer;
        var signIn = context.RequestServices.GetRequiredService<SignInManager<Account>>();
        if (await signIn.UserManager.FindByIdAsync(person.ToString("D")) is not { } account)
            return Refusal.Invisible;
        var result = await signIn.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true);
        if (result.IsLockedOut)
            return new Refusal(Because.Signature, "signature.locked-out", "Too many wrong passwords. Try again in 15 minutes.");
        if (!result.Succeeded)
            return new Refusal(Because.Signature, "signature.wrong-password", "The password is wrong. Nothing was signed.");
        return viewer with { ProvedAt = Instant.From(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()) };
    }
}
