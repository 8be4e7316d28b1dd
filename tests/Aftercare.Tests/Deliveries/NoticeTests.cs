using System.Collections.Immutable;
using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Deliveries;

public sealed class NoticeTests
{
    private static readonly Actor Operator = Actor.Person(Some.Id("operator"), Role.Operator);

    private static readonly NoticeEvent.Posted Posted = new(NoticeTopic.Advisory, Some.Id("advisory"), 1, Some.Id("site"), [SomeDelivery.North.Device]);

    [Fact]
    public void A_site_without_a_concerned_device_is_left_alone() =>
        Assert.True(Notice.Post(NoticeTopic.Statement, Some.Id("statement"), 1, Some.Id("site"), [], Actor.System).Refused(out var why, out _) && why.Code == "notice.nobody-concerned");

    [Fact]
    public void A_large_site_is_told_in_entries_of_500_devices()
    {
        ImmutableArray<Guid> devices = [.. Enumerable.Range(0, 1001).Select(number => Some.Id($"device {number}"))];

        var events = Notice.Post(NoticeTopic.Statement, Some.Id("statement"), 1, Some.Id("site"), devices, Actor.System).Value;

        Assert.Equal([500, 500, 1], events.Select(one => one is NoticeEvent.Posted posted ? posted.Devices.Length : ((NoticeEvent.DevicesAdded)one).Devices.Length));
        Assert.Equal(devices.ToHashSet(), Some.State<Notice>(Actor.System, [.. events]).Devices);
    }

    [Fact]
    public void It_is_unread_until_the_site_says_so_and_again_whenever_it_says_something_new()
    {
        var notice = Some.State<Notice>(Actor.System, Posted);
        Assert.True(notice.Unread);

        var read = Some.Next(notice, notice.Read(Operator).Value, Operator);
        Assert.False(read.Unread);
        Assert.True(read.Read(Operator).Refused(out var why, out _) && why.Code == "notice.read-already");

        Assert.True(Some.Next(read, read.Revise(2, Actor.System).Value, Actor.System).Unread);
        Assert.True(Some.Next(read, read.AddDevices([SomeDelivery.South.Device], Actor.System).Value[0], Actor.System).Unread);
        Assert.True(Some.Next(read, read.Lapse(replaced: false, Actor.System).Value, Actor.System).Unread);
    }

    [Fact]
    public void What_another_notice_replaces_need_not_be_read_any_more()
    {
        var notice = Some.State<Notice>(Actor.System, Posted);

        var lapsed = Some.Next(notice, notice.Lapse(replaced: true, Actor.System).Value, Actor.System);

        Assert.Equal((NoticeStage.Lapsed, false), (lapsed.Stage, lapsed.Unread));
    }

    [Fact]
    public void Devices_that_it_names_already_are_passed_over()
    {
        var notice = Some.State<Notice>(Actor.System, Posted);

        Assert.Empty(notice.AddDevices([SomeDelivery.North.Device], Actor.System).Value);
    }

    [Fact]
    public void Our_own_people_cannot_say_that_the_site_has_read_it()
    {
        var notice = Some.State<Notice>(Actor.System, Posted);

        Assert.True(notice.Read(Some.Quality).Refused(out var why, out _) && why.Code == "notice.wrong-role");
    }
}
