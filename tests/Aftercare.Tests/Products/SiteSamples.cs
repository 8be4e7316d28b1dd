using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Tests.Imports;

namespace Aftercare.Tests.Products;

internal static class SiteSamples
{
    public static Event[] All =>
    [
        new SiteEvent.Registered("Klinikum Süd", "DE"),
        new SiteEvent.Corrected("Klinikum Süd, Haus 2", "DE", "The site is one of two houses."),
        new SiteEvent.ContactChanged(),
        new SiteEvent.KeyEnrolled("k1", "{\"kty\":\"EC\",\"crv\":\"P-256\"}", "SHA256:one"),
        new SiteEvent.KeyReplaced("k2", "{\"kty\":\"EC\",\"crv\":\"P-256\"}", "SHA256:two", "k1"),
        new SiteEvent.AccessGiven(SiteAccess.KeyCode),
        new SiteEvent.AccessRevoked(),
        new SiteEvent.Imported(ImportSamples.From),
        new SiteEvent.TakenBack(ImportSamples.From.Import, "The list was last year's."),
    ];
}
