using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Sites;

/// <summary>What the use cases around sites and devices share.</summary>
internal static class SiteDesk
{
    /// <summary>Who keeps sites and devices.</summary>
    public static ImmutableArray<Role> Roles { get; } = [Role.Quality, Role.Lead, Role.Support, Role.Service, Role.Administrator];

    /// <summary>The ways that a person can claim at the desk; a signed receipt comes from the site's own command.</summary>
    public static IReadOnlyList<ChoiceOption> Ways { get; } =
        [.. new[] { HowKnown.SiteStatement, HowKnown.ServiceReport, HowKnown.Shipped }.Select(how => new ChoiceOption(Words.Of(how), Of(how)))];

    public static string Of(HowKnown how) => how switch
    {
        HowKnown.Shipped => "As shipped",
        HowKnown.SiteStatement => "Stated by the site",
        HowKnown.ServiceReport => "Service report",
        _ => "Signed receipt of the site",
    };

    /// <summary>Whom to call at a site, from a form's fields.</summary>
    public static Contact? Contact(Fields fields)
    {
        var (name, email, phone) = (fields.TextOrNull("contactName", 200), fields.TextOrNull("contactEmail", 200), fields.TextOrNull("contactPhone", 60));
        if (email is not null && !email.Contains('@', StringComparison.Ordinal))
            fields.Fault("contactEmail", "An e-mail address, e.g. biomed@hospital.example.");
        if (name is null && (email ?? phone) is not null)
            fields.Fault("contactName", "Whose is it? A department is enough.");
        return name is null ? null : new Contact(name, email, Phone: phone);
    }

    /// <summary>How a person claims to know; a signed receipt cannot be claimed.</summary>
    public static HowKnown Way(Fields fields)
    {
        var how = fields.OneOf<HowKnown>("how");
        if (how == HowKnown.SignedReceipt)
            fields.Fault("how", "A signed receipt is not stated by hand: the site's command sends it.");
        return how;
    }

    /// <summary>Products with their releases, for choosing; newest release first.</summary>
    public static async Task<List<ChoiceOption>> ReleaseChoices(Store store, Guid? product, CancellationToken stop)
    {
        var products = await (await store.Rows<ProductRow>(stop)).Where(row => product == null || row.Subject == product).ToDictionaryAsync(row => row.Subject, row => row.Name, stop);
        var releases = await (await store.Rows<ReleaseRow>(stop)).Where(row => product == null || row.Product == product).OrderByDescending(row => row.ReleasedAt).ToListAsync(stop);
        return [.. releases.OrderBy(row => products[row.Product], StringComparer.Ordinal).Select(row => new ChoiceOption(row.Subject.ToString("D"), $"{products[row.Product]} {row.VersionName}"))];
    }

    /// <summary>Devices with the names of their product and release, in the order given.</summary>
    public static async Task<List<DeviceLine>> Lines(Store store, List<DeviceRow> devices, CancellationToken stop)
    {
        var products = await (await store.Rows<ProductRow>(stop)).ToDictionaryAsync(row => row.Subject, row => row.Name, stop);
        var releases = await (await store.Rows<ReleaseRow>(stop)).ToDictionaryAsync(row => row.Subject, row => row, stop);
        return [.. devices.Select(row => new DeviceLine(row, products.GetValueOrDefault(row.Product, "–"), row.Release is { } release ? releases.GetValueOrDefault(release) : null))];
    }
}

/// <summary>A device as lists show it.</summary>
/// <param name="Release">The installed release; null: not known.</param>
public sealed record DeviceLine(DeviceRow Device, string Product, ReleaseRow? Release);
