using Aftercare.Ledger;

namespace Aftercare.Policy;

/// <summary>Promises in business days: Monday to Friday. Public holidays count as business days, so a promise is never stretched by a calendar that we do not know.</summary>
public static class BusinessDays
{
    /// <summary>The last millisecond of the last day of the term, in the zone of whoever promised. The day it begins on is not counted.</summary>
    /// <param name="from">When the term begins; a date only is that day, wherever it was said.</param>
    /// <param name="days">1 or more.</param>
    public static Instant EndOf(Stated from, int days, TimeZoneInfo zone)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(days);
        var day = from.DayIn(zone);
        for (var left = days; left > 0;)
        {
            day = day.AddDays(1);
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                left--;
        }
        return new Instant(Instant.StartOf(day.AddDays(1), zone).Ms - 1);
    }
}
