using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Policy;

public sealed class IntakeChannelTests
{
    private static readonly Actor Lena = Actor.Person(Some.Id("Lena"), Role.Lead);
    private static readonly Instant Now = Some.Monday.Plus(TimeSpan.FromDays(1));

    private static IntakeChannel Open => Some.State<IntakeChannel>(Lena, IntakeChannelSamples.Opened());

    [Fact]
    public void A_channel_takes_reports_from_somebody() =>
        Assert.Equal("sources", Fault(IntakeChannel.Open(IntakeChannelSamples.Opened() with { Sources = [] }, Lena)));

    [Fact]
    public void Nobody_is_his_own_deputy()
    {
        Assert.Equal("deputy", Fault(IntakeChannel.Open(IntakeChannelSamples.Opened() with { Deputy = Some.Id("owner") }, Lena)));
        Assert.Equal("deputy", Fault(Open.HandOver(Some.Id("x"), Some.Id("x"), Lena)));
    }

    [Fact]
    public void A_test_is_not_recorded_before_it_was_made() =>
        Assert.Equal("on", Fault(Open.Test(Stated.Parse("2026-04-01", null), TestOutcome.Succeeded, "Sent and arrived.", Now, Lena)));

    [Fact]
    public void The_last_test_counts_even_when_it_failed()
    {
        var channel = Some.Next(Open, new IntakeChannelEvent.Tested(Stated.Parse("2026-03-01", null), TestOutcome.Succeeded, "Arrived."), Lena);
        channel = Some.Next(channel, new IntakeChannelEvent.Tested(Stated.Parse("2026-03-02", null), TestOutcome.Failed, "Did not arrive."), Lena);

        Assert.Equal(TestOutcome.Failed, channel.LastTest!.Result);
    }

    [Fact]
    public void A_closed_channel_is_neither_tested_nor_handed_over()
    {
        var closed = Some.Next(Open, Open.Close("Not used.", Lena).Value, Lena);

        Assert.Equal("channel.wrong-stage", Why(closed.Test(Stated.Parse("2026-03-01", null), TestOutcome.Succeeded, "Arrived.", Now, Lena)));
        Assert.Equal("channel.wrong-stage", Why(closed.HandOver(Some.Id("a"), null, Lena)));
    }

    [Fact]
    public void An_analyst_tests_a_channel_and_does_not_open_one()
    {
        var ana = Actor.Person(Some.Id("Ana"), Role.Analyst);

        Assert.Equal("channel.wrong-role", Why(IntakeChannel.Open(IntakeChannelSamples.Opened(), ana)));
        Assert.False(Open.Test(Stated.Parse("2026-03-01", null), TestOutcome.Succeeded, "Arrived.", Now, ana).Refused(out _, out _));
    }

    private static string Why(Outcome<IntakeChannelEvent> decision) => decision.Refused(out var why, out _) ? why.Code : "not refused";

    private static string Fault(Outcome<IntakeChannelEvent> decision) => decision.Refused(out var why, out _) ? Assert.Single(why.Faults).Field : "not refused";
}
