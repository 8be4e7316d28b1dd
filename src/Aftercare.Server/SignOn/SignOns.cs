using System.Text;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.SignOn;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.SignOn;

/// <summary>What the use cases around single sign-on share.</summary>
internal static class SignOns
{
    private const string Secret = "sign-on/client-secret";

    /// <summary>What is said to whoever it binds.</summary>
    internal static Refusal Bound { get; } = new(Because.Signature, "sign-on.required", "Everybody at the desk signs in by single sign-on.") { ClearAt = SignInWithProvider.Path };

    internal static void AddSignOn(this IServiceCollection services)
    {
        services.AddSingleton<Provider>();
        services.AddSingleton<SignOnCookie>();
    }

    /// <summary>The name on the button; null where single sign-on is not set up.</summary>
    internal static async Task<string?> Button(Store store, CancellationToken stop) =>
        await (await store.Rows<SignOnSettingsRow>(stop)).Where(row => row.On).Select(row => row.ButtonName).SingleOrDefaultAsync(stop);

    /// <summary>Whether this person comes in by single sign-on only. People outside the desk, whom the provider need not know, never do.</summary>
    internal static async Task<bool> Binds(Store store, Guid person, CancellationToken stop)
    {
        if (await (await store.Rows<SignOnSettingsRow>(stop)).Select(row => row.BreakGlass).SingleOrDefaultAsync(stop) is not { } breakGlass || breakGlass == person)
            return false;
        return await (await store.Rows<People.PersonRow>(stop)).SingleOrDefaultAsync(row => row.Subject == person, stop) is { } row && row.Roles.Any(role => Allowed.Desk.Contains(role));
    }

    internal static async Task<bool> Binds(HttpContext context, Guid person)
    {
        await using var store = context.RequestServices.GetRequiredService<Stores>().Open(Viewer.System);
        return await Binds(store, person, context.RequestAborted);
    }

    internal static async Task<SignOnSettings?> Settings(Store store, CancellationToken stop) =>
        await (await store.Rows<SignOnSettingsRow>(stop)).Select(row => (Guid?)row.Subject).SingleOrDefaultAsync(stop) is { } id ? await store.Find<SignOnSettings>(id, stop) : null;

    internal static Task KeepSecret(Store store, string secret, CancellationToken stop) => store.KeepSealed(Secret, Encoding.UTF8.GetBytes(secret), stop);

    internal static async Task<string?> SecretOf(Store store, CancellationToken stop) => await store.OpenSealed(Secret, stop) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    internal static Task DropSecret(Store store, CancellationToken stop) => store.DropSealed(Secret, stop);
}
