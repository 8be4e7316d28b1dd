using System.Globalization;
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
        var day = from.IsDateOnly
            ? DateOnly.ParseExact(from.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture)
            : DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from.Earliest.Utc, zone).DateTime);
        for (var left = days; left > 0;)
        {
            day = day.AddDays(1);
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                left--;
        }
        return new Instant(Midnight(day.AddDays(1), zone).Ms - 1);
    }

    private static Instant Midnight(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        // Where clocks go forward at midnight the day begins an hour later.
        while (zone.IsInvalidTime(midnight))
            midnight = midnight.AddMinutes(30);
        return Instant.From(new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)));
    }
}
