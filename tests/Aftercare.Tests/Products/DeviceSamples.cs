using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Tests.Imports;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.Products;

internal static class DeviceSamples
{
    public static Event[] All =>
    [
        new DeviceEvent.Registered(Some.Id("site"), Some.Id("product"), "SN-0001", "(01)04012345678901(21)SN-0001", null, HowKnown.Shipped),
        new DeviceEvent.ReleaseRecorded(Some.Id("release"), HowKnown.ServiceReport, "Service report 4711"),
        new DeviceEvent.Retired("Replaced by SN-0002."),
        new DeviceEvent.Imported(ImportSamples.From),
        new DeviceEvent.TakenBack(ImportSamples.From.Import, "The list was last year's."),
    ];
}
