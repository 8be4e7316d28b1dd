using Aftercare.Ledger;
using Aftercare.Products;

namespace Aftercare.Tests.Products;

internal static class ManufacturerSamples
{
    public static Event[] All => [new ManufacturerEvent.Registered("Müller Medizintechnik GmbH", "DE", "DE-MF-000012345")];
}
