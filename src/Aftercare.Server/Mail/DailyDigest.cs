using System.Globalization;
using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.People;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Jobs;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Mail;

/// <summary>
/// Once a day, from the hour that the settings name: what waits, and the log's checkpoint in full, to everybody in quality. Whoever keeps the mail can prove later that
/// nothing before it was rewritten.
/// </summary>
internal static class DailyDigest
{
    private const string Job = "mail.digest";

    /// <value>15 minutes between two looks whether it is time.</value>
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(15);

    internal static IServiceCollection AddDigest(this IServiceCollection services) =>
        services.AddJob(Job, (provider, _, stop) => Follow(provider.GetRequiredService<Stores>(), stop), Every);

    /// <summary>Causes today's digests when it is time and they are not caused yet; can be asked at any moment, by several nodes.</summary>
    internal static async Task Follow(Stores stores, CancellationToken stop)
    {
        await using var store = stores.Open(Viewer.System);
        if (await Mails.Settings(store, stop) is not { Stage: MailStage.On } settings)
            return;
        await SendMail.ForgetCounts(store, stop);
        var zone = (await (await store.Rows<OrganisationRow>(stop)).SingleAsync(stop)).TimeZone;
        var now = TimeZoneInfo.ConvertTime(store.Now.Utc, zone);
        var due = now.Hour >= settings.Current.DigestHour;
        var people = await (await store.Rows<PersonRow>(stop)).Where(row => due && row.Standing == Standing.Active).ToListAsync(stop);
        foreach (var person in people.Where(row => row.Roles.Contains(Role.Quality)).Select(row => row.Subject))
            await Mails.Cause(store, MailPurpose.Digest, MailParty.Person, person, person, stop, once: $"digest:{now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}:{person:D}");
        try
        {
            await store.SaveKept(stop);
        }
        catch (LostRaceException)
        {
            // Another node has caused the same ones.
        }
    }
}
