using System.Globalization;

namespace Aftercare.Server.Platform.Web;

/// <summary>Times as people read them: day, month in letters, year, 24 hours, always with the zone.</summary>
public static class TimeText
{
    /// <summary>E.g. <c>21 Nov 2026, 14:03 Europe/Berlin</c>; in the hour that a clock change repeats, the offset follows.</summary>
    /// <param name="ms">Milliseconds since 1970-01-01T00:00Z.</param>
    /// <param name="zone">IANA zone id; one that this machine does not know is shown as UTC.</param>
    /// <param name="language">Of the month's name; German puts a point behind the day.</param>
    public static string Of(long ms, string zone, CultureInfo language)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(ms);
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found))
        {
            (zone, found) = ("UTC", TimeZoneInfo.Utc);
        }

        var there = TimeZoneInfo.ConvertTime(at, found);
        var clock = there.ToString("HH:mm", CultureInfo.InvariantCulture);
        var offset = found.IsAmbiguousTime(there) ? there.ToString(" '(UTC'zzz')'", CultureInfo.InvariantCulture) : "";
        return $"{Of(DateOnly.FromDateTime(there.DateTime), language)}, {clock} {zone}{offset}";
    }

    /// <summary>A day without a time has no zone, e.g. <c>21 Nov 2026</c>.</summary>
    public static string Of(DateOnly day, CultureInfo language) =>
        day.ToString(language.TwoLetterISOLanguageName == "de" ? "d. MMM yyyy" : "d MMM yyyy", language);

    /// <summary>What somebody stated: a day stays a day, a moment keeps the offset that was said, e.g. <c>22 Nov 2026, 00:08 (UTC+01:00)</c>.</summary>
    /// <param name="stated">As <see cref="Ledger.Stated.Text"/>.</param>
    public static string OfStated(string stated, CultureInfo language) =>
        DateOnly.TryParseExact(stated, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? Of(day, language)
        : DateTimeOffset.TryParse(stated, CultureInfo.InvariantCulture, out var at) ? $"{Of(DateOnly.FromDateTime(at.DateTime), language)}, {at.ToString("HH:mm '(UTC'zzz')'", CultureInfo.InvariantCulture)}"
        : stated;

    /// <summary>The machine's form for a <c>datetime</c> attribute, UTC with milliseconds.</summary>
    internal static string Machine(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
