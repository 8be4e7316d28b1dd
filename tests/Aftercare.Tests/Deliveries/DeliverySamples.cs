using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.Deliveries;

internal static class DeliverySamples
{
    public static Event[] All =>
    [
        new DeliveryEvent.Opened(SomeDelivery.Update, Some.Id("site"), "c2FtcGxlLWNoYWxsZW5nZQ", [SomeDelivery.North, SomeDelivery.South]),
        new DeliveryEvent.AudienceExtended([SomeDelivery.Late]),
        new DeliveryEvent.Offered(),
        new DeliveryEvent.Notified(NoticeChannel.Letter, Stated.Parse("2026-03-03", null), "Letter 4711 to the head of biomedical engineering"),
        new DeliveryEvent.Consented([SomeDelivery.North.Device]),
        new DeliveryEvent.Declined([SomeDelivery.South.Device], Words("reason"), Words("mitigation")),
        new DeliveryEvent.ReceiptTaken(
            "c2FtcGxlLWNoYWxsZW5nZQ.1", new string('a', 64), new string('b', 64), ReceiptResult.VerificationFailed, SomeDelivery.North.Device, "4.1.0", null,
            Some.Monday, "The file is longer than the signed 1000 bytes.", Some.Id("report"), "{\"payload\":\"e30=\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[]}"),
        new DeliveryEvent.ReceiptRefused(new string('c', 64), "receipt.wrong-device", "The device is not one of this site's devices."),
        new DeliveryEvent.ServiceReported(SomeDelivery.North.Device, DeliveryStep.Installed, Stated.Parse("2026-03-04T10:20:00+01:00", null), "SR-1234", "Battery changed as well"),
        new DeliveryEvent.Confirmed([SomeDelivery.North.Device], Stated.Parse("2026-03-05", null), Words("works")),
        new DeliveryEvent.FoundUnreachable([SomeDelivery.Late.Device], "Three calls and a letter"),
        new DeliveryEvent.FoundNotApplicable([SomeDelivery.Late.Device], "Sold as spare part"),
        new DeliveryEvent.Superseded("U-2026-0004 takes its place"),
    ];

    private static TextRef Words(string about) => new(Some.Id(about), new string('d', 64));
}
