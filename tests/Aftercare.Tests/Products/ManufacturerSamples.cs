using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Tests.Imports;

namespace Aftercare.Tests.Products;

internal static class ManufacturerSamples
{
    public static Event[] All =>
    [
        new ManufacturerEvent.Registered("Müller Medizintechnik GmbH", "DE", "DE-MF-000012345"),
        new ManufacturerEvent.Imported(ImportSamples.From),
        new ManufacturerEvent.TakenBack(ImportSamples.From.Import, "The list was last year's."),
    ];
}
