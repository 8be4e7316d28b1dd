using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.Deliveries;

internal static class NoticeSamples
{
    public static Event[] All =>
    [
        new NoticeEvent.Posted(NoticeTopic.Statement, Some.Id("statement"), 1, Some.Id("site"), [SomeDelivery.North.Device]),
        new NoticeEvent.DevicesAdded([SomeDelivery.South.Device]),
        new NoticeEvent.Revised(2),
        new NoticeEvent.Told(NoticeChannel.Telephone, Stated.Parse("2026-03-04", null), "Biomedical engineering, Ms Roth"),
        new NoticeEvent.Read(),
        new NoticeEvent.Lapsed(Replaced: true),
    ];
}
