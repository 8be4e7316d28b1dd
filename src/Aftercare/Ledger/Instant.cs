using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aftercare.Ledger;

/// <summary>A moment that we recorded ourselves: UTC, whole milliseconds. What people tell us is a <see cref="Stated"/>.</summary>
/// <param name="Ms">Milliseconds since 1970-01-01T00:00:00Z; the only form that is stored and hashed.</param>
[JsonConverter(typeof(AsMilliseconds))]
public readonly record struct Instant(long Ms) : IComparable<Instant>
{
    public DateTimeOffset Utc => DateTimeOffset.FromUnixTimeMilliseconds(Ms);

    public static Instant From(DateTimeOffset moment) => new(moment.ToUnixTimeMilliseconds());

    public int CompareTo(Instant other) => Ms.CompareTo(other.Ms);

    public Instant Plus(TimeSpan span) => new(Ms + (long)span.TotalMilliseconds);

    /// <summary>The day that the calendar shows in this zone.</summary>
    public DateOnly DayIn(TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Utc, zone).DateTime);

    /// <summary>The first instant of a day in this zone.</summary>
    public static Instant StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        // Where clocks go forward at midnight the day begins an hour later.
        while (zone.IsInvalidTime(midnight))
            midnight = midnight.AddMinutes(30);
        return From(new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)));
    }

    public static TimeSpan operator -(Instant left, Instant right) => TimeSpan.FromMilliseconds(left.Ms - right.Ms);
    public static bool operator <(Instant left, Instant right) => left.Ms < right.Ms;
    public static bool operator >(Instant left, Instant right) => left.Ms > right.Ms;
    public static bool operator <=(Instant left, Instant right) => left.Ms <= right.Ms;
    public static bool operator >=(Instant left, Instant right) => left.Ms >= right.Ms;

    /// <summary>RFC 3339 with milliseconds and <c>Z</c>.</summary>
    public override string ToString() => Utc.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private sealed class AsMilliseconds : JsonConverter<Instant>
    {
        public override Instant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());
        public override void Write(Utf8JsonWriter writer, Instant value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Ms);
    }
}

/// <summary>
/// A moment that somebody told us: either an instant with the offset that was said, or a date only, kept as such and never padded to midnight.
/// One spelling: <c>2026-03-04</c> or <c>2026-03-04T10:20:00+01:00</c>.
/// </summary>
[JsonConverter(typeof(AsText))]
public sealed record Stated : IParsable<Stated>
{
    private const string DateForm = "yyyy-MM-dd";
    private const string MomentForm = "yyyy-MM-dd'T'HH:mm:sszzz";

    private Stated(string text, Instant earliest, bool dateOnly) => (Text, Earliest, IsDateOnly) = (text, earliest, dateOnly);

    public string Text { get; }

    /// <summary>The first instant that the words allow; for a date only, the start of that day furthest east (UTC+14), so that a clock never starts too late.</summary>
    public Instant Earliest { get; }

    public bool IsDateOnly { get; }

    /// <summary>The day that the words name: a date only is that day, wherever it was said; a moment is the day that it is in this zone.</summary>
    public DateOnly DayIn(TimeZoneInfo zone) => IsDateOnly ? DateOnly.ParseExact(Text, DateForm, CultureInfo.InvariantCulture) : Earliest.DayIn(zone);

    public static Stated At(DateTimeOffset moment) => Parse(moment.ToString(MomentForm, CultureInfo.InvariantCulture), null);

    public static Stated Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var stated) ? stated : throw new FormatException($"'{s}' is neither a date (2026-03-04) nor a moment with offset (2026-03-04T10:20:00+01:00).");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out Stated result)
    {
        result = null;
        if (DateOnly.TryParseExact(s, DateForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            result = new Stated(s, Instant.From(new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.FromHours(14))), true);
        else if (DateTimeOffset.TryParseExact(s, MomentForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment))
            result = new Stated(s, Instant.From(moment), false);
        return result is not null;
    }

    public override string ToString() => Text;

    private sealed class AsText : JsonConverter<Stated>
    {
        public override Stated Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString()!, null);
        public override void Write(Utf8JsonWriter writer, Stated value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
    }
}
