using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Tests.Imports;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.Products;

internal static class SoftwareItemSamples
{
    public static Event[] All =>
    [
        new SoftwareItemEvent.Registered(Some.Id("product"), [Some.Id("release")], "OpenSSL", "OpenSSL Project", "3.0.13", "pkg:generic/openssl@3.0.13", Origin.ThirdParty),
        new SoftwareItemEvent.ReleasesChanged([Some.Id("release"), Some.Id("next release")]),
        new SoftwareItemEvent.Classified(SoftwareClass.Maintained, Stated.Parse("2024-03-04", null), "Part of the firmware image that we build."),
        new SoftwareItemEvent.Imported(ImportSamples.From),
        new SoftwareItemEvent.TakenBack(ImportSamples.From.Import, "The list was last year's."),
    ];
}
