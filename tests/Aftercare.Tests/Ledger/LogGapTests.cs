using Aftercare.Ledger;
using Xunit;

namespace Aftercare.Tests.Ledger;

public sealed class LogGapTests
{
    [Fact]
    public void A_gap_says_what_was_lost_and_why()
    {
        var gap = Some.State<LogGap>(Actor.System, LogGap.Declare("note", 9, 2, " The disk died. ", Actor.System).Value);

        Assert.Equal(("note", 9, 2, "The disk died."), (gap.Checkpoint, gap.Held, gap.Generation, gap.Reason));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(LogGap.MaxReason + 1)]
    public void A_gap_has_a_reason(int length)
    {
        Assert.True(LogGap.Declare("note", 9, 2, new string('x', length), Actor.System).Refused(out var why, out _));
        Assert.Equal("reason", Assert.Single(why.Faults).Field);
    }

    [Fact]
    public void No_person_declares_a_gap_through_the_desk()
    {
        Assert.True(LogGap.Declare("note", 9, 2, "Because", Some.Administrator).Refused(out var why, out _));
        Assert.Equal("log.wrong-role", why.Code);
    }
}
