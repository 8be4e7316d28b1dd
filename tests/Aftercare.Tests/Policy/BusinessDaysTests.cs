using Aftercare.Ledger;
using Aftercare.Policy;
using Xunit;

namespace Aftercare.Tests.Policy;

public sealed class BusinessDaysTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2026-03-02T09:00:00+01:00", 5, "2026-03-09T22:59:59.999Z")] // Monday to Monday
    [InlineData("2026-03-06T23:30:00+01:00", 1, "2026-03-09T22:59:59.999Z")] // Friday night to Monday
    [InlineData("2026-03-07T12:00:00+01:00", 1, "2026-03-09T22:59:59.999Z")] // Saturday to Monday
    [InlineData("2026-03-06T23:30:00+00:00", 1, "2026-03-09T22:59:59.999Z")] // Saturday already in Berlin
    [InlineData("2026-03-06", 1, "2026-03-09T22:59:59.999Z")] // a date only is that day
    [InlineData("2026-03-27T09:00:00+01:00", 1, "2026-03-30T21:59:59.999Z")] // over the change to summer time
    public void The_term_ends_with_the_last_business_day(string from, int days, string end) =>
        Assert.Equal(end, BusinessDays.EndOf(Stated.Parse(from, null), days, Berlin).ToString());

    [Fact]
    public void A_day_that_begins_at_one_in_the_morning_has_a_beginning()
    {
        // Egypt goes to summer time at midnight, so that Friday 24 April 2026 begins at 1:00.
        var cairo = TimeZoneInfo.FindSystemTimeZoneById("Africa/Cairo");

        Assert.Equal("2026-04-23T21:59:59.999Z", BusinessDays.EndOf(Stated.Parse("2026-04-22", null), 1, cairo).ToString());
    }
}
