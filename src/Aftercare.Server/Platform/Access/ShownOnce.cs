using System.Security.Cryptography;
using Aftercare.Server.Platform.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Aftercare.Server.Platform.Access;

/// <summary>
/// Carries a secret from the step that made it to the page that shows it: encrypted for its maker and worthless after ten minutes, so that the
/// address in a browser's history tells nothing.
/// </summary>
public sealed class ShownOnce(IDataProtectionProvider protection)
{
    /// <value>10 minutes.</value>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>What the two doors tell once: the form's page with the secret in it, the API's answer with the secret as member <paramref name="name"/>.</summary>
    public Done Tell(Done done, string name, string secret, Viewer to) => done with
    {
        Once = done.Once.SetItem("location", $"{done.Location}?once={For(to).Protect(secret, Life)}").SetItem(name, secret),
    };

    /// <summary>The secret from the query value <c>once</c>; null when there is none, it is not this viewer's, or its time is over.</summary>
    public string? Read(string? once, Viewer by)
    {
        if (once is null)
            return null;
        try
        {
            return For(by).Unprotect(once);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private ITimeLimitedDataProtector For(Viewer viewer) => protection.CreateProtector("aftercare.shown-once", viewer.Actor.Id).ToTimeLimitedDataProtector();
}
