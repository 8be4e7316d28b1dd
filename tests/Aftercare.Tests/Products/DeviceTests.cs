using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Products;

public sealed class DeviceTests
{
    private static readonly Actor Support = Actor.Person(Some.Id("support"), Role.Support);

    private static Device InUse(Guid? release, HowKnown how) =>
        Some.State<Device>(Support, Device.Register(Some.Id("site"), Some.Id("product"), "SN-1", null, release, how, Support).Value);

    [Fact]
    public void The_same_release_known_in_a_better_way_is_news()
    {
        var device = InUse(Some.Id("release"), HowKnown.Shipped);

        device = Some.Next(device, device.RecordRelease(Some.Id("release"), HowKnown.ServiceReport, "4711", Support).Value, Support);

        Assert.Equal(HowKnown.ServiceReport, device.How);
        Assert.Equal(device.Until, device.ReleaseRecordedAt);
    }

    [Fact]
    public void What_is_on_record_already_is_not_recorded_again()
    {
        Assert.True(InUse(Some.Id("release"), HowKnown.Shipped).RecordRelease(Some.Id("release"), HowKnown.Shipped, null, Support).Refused(out var why, out _));

        Assert.Equal("device.release-unchanged", why.Code);
    }

    [Fact]
    public void A_retired_device_changes_no_more()
    {
        var device = InUse(null, HowKnown.Shipped);
        device = Some.Next(device, device.Retire("Scrapped", Support).Value, Support);

        Assert.True(device.RecordRelease(Some.Id("release"), HowKnown.ServiceReport, null, Support).Refused(out var why, out _));
        Assert.Equal("device.wrong-stage", why.Code);
        Assert.True(device.Retire("Again", Support).Refused(out why, out _));
        Assert.Equal("device.wrong-stage", why.Code);
    }
}
