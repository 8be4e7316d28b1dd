using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Tests.Imports;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.Products;

internal static class ProductSamples
{
    public static Event[] All =>
    [
        new ProductEvent.Registered(Some.Id("manufacturer"), "Infusion pump", "Pumps", "infusion-pump", "IP-4", "04012345678901"),
        new ProductEvent.Corrected("Infusion pump IP4", "Pumps", null, "04012345678901", "The label says IP4."),
        new ProductEvent.Imported(ImportSamples.From),
        new ProductEvent.TakenBack(ImportSamples.From.Import, "The list was last year's."),
    ];
}
