using System.Globalization;

namespace Aftercare.Channels.Events;

/// <summary>Instants as messages write them.</summary>
internal static class WireTime
{
    private const int MonthAndTime = 15;
    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// <summary>The subset of RFC 3339 in RFC 5424 §6.2.3: upper case, a zone, no leap second. Null when it is not one.</summary>
    internal static DateTimeOffset? Rfc3339(ReadOnlySpan<char> text, int mostFraction = 6)
    {
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
            return null;
        if (!(Number(text[..4], out var year) && Number(text[5..7], out var month) && Number(text[8..10], out var day)))
            return null;
        if (!(Number(text[11..13], out var hour) && Number(text[14..16], out var minute) && Number(text[17..19], out var second)))
            return null;
        if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return null;
        var rest = text[19..];
        long fraction = 0;
        if (rest[0] == '.')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits < 1 || digits > mostFraction)
                return null;
            for (var i = 1; i <= 7; i++)
                fraction = fraction * 10 + (i <= digits ? rest[i] - '0' : 0);
            rest = rest[(digits + 1)..];
        }
        if (Zone(rest) is not { } zone)
            return null;
        var utc = new DateTime(year, month, day, hour, minute, second).Ticks + fraction - zone.Ticks;
        return utc < 0 || utc > DateTime.MaxValue.Ticks ? null : new DateTimeOffset(utc, TimeSpan.Zero);
    }

    /// <summary><c>Z</c>, <c>+hh:mm</c> or <c>-hh:mm</c>.</summary>
    internal static TimeSpan? Zone(ReadOnlySpan<char> text)
    {
        if (text is "Z")
            return TimeSpan.Zero;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':')
            return null;
        return !Number(text[1..3], out var hours) || !Number(text[4..], out var minutes) || hours > 23 || minutes > 59 ? null : new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
    }

    /// <summary><c>Oct 11 22:14:15</c> or <c>Oct  1 …</c> (RFC 3164 §4.1.2).</summary>
    internal static bool IsBsd(ReadOnlySpan<char> text) => text.Length == MonthAndTime && Month(text) > 0 && text[3] == ' ' && text[6] == ' '
        && (text[4] is ' ' or (>= '0' and <= '3')) && char.IsAsciiDigit(text[5]) && text[9] == ':' && text[12] == ':'
        && Number(text[7..9], out var hour) && hour < 24 && Number(text[10..12], out var minute) && minute < 60
        && Number(text[13..], out var second) && second < 60;

    /// <summary>
    /// The instant that was meant: the last such one that is not more than a day ahead of <paramref name="arrived"/>, as a message is late rather
    /// than early; null when neither year around has such a day. A sender says neither year nor zone, so somebody must have agreed on
    /// <paramref name="zone"/>.
    /// </summary>
    internal static DateTimeOffset? Bsd(string text, DateTimeOffset arrived, TimeSpan zone)
    {
        if (!IsBsd(text))
            return null;
        var day = int.Parse(text.AsSpan(4, 2).Trim(' '), NumberStyles.None, CultureInfo.InvariantCulture);
        var time = TimeSpan.ParseExact(text.AsSpan(7), @"hh\:mm\:ss", CultureInfo.InvariantCulture);
        for (var year = arrived.Year + 1; year >= arrived.Year - 1; year--)
        {
            if (year is < 2 or > 9998 || day == 0 || day > DateTime.DaysInMonth(year, Month(text)))
                continue;
            var meant = new DateTimeOffset(new DateTime(year, Month(text), day) + time - zone, TimeSpan.Zero);
            if (meant <= arrived + TimeSpan.FromDays(1))
                return meant;
        }
        return null;
    }

    private static int Month(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < Months.Length; i++)
        {
            if (text.StartsWith(Months[i], StringComparison.Ordinal))
                return i + 1;
        }
        return 0;
    }

    private static bool Number(ReadOnlySpan<char> digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
