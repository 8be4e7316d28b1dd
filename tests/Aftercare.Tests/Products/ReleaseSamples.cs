using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Tests.Imports;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.Products;

internal static class ReleaseSamples
{
    public static Event[] All =>
    [
        new ReleaseEvent.Registered(Some.Id("product"), "4.2.0", Stated.Parse("2024-03-04", null), null),
        new ReleaseEvent.SupportChanged(Stated.Parse("2030-12-31", null), "Announced with release 5."),
        new ReleaseEvent.Imported(ImportSamples.From),
        new ReleaseEvent.TakenBack(ImportSamples.From.Import, "The list was last year's."),
    ];
}
