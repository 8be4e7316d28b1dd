using System.Text.Json;
using Aftercare.Ledger;
using Xunit;

namespace Aftercare.Tests.Ledger;

public sealed class InstantTests
{
    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000Z")]
    [InlineData(1772445600123, "2026-03-02T10:00:00.123Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999Z")]
    public void An_instant_is_shown_in_utc_with_milliseconds(long ms, string shown) => Assert.Equal(shown, new Instant(ms).ToString());

    [Fact]
    public void An_instant_goes_through_json_as_its_milliseconds()
    {
        Assert.Equal("1772445600123", JsonSerializer.Serialize(new Instant(1772445600123)));
        Assert.Equal(new Instant(1772445600123), JsonSerializer.Deserialize<Instant>("1772445600123"));
    }

    [Fact]
    public void Whatever_is_finer_than_a_millisecond_is_dropped()
    {
        var moment = new DateTimeOffset(2026, 3, 2, 11, 0, 0, TimeSpan.FromHours(1)).AddTicks(9999);

        Assert.Equal(new Instant(1772445600000), Instant.From(moment));
        Assert.Equal(moment.AddTicks(-9999).ToUniversalTime(), Instant.From(moment).Utc);
    }

    [Fact]
    public void Instants_are_compared_added_and_subtracted()
    {
        var (earlier, later) = (new Instant(1000), new Instant(1000).Plus(TimeSpan.FromDays(1)));

        Assert.True(earlier < later && later > earlier && earlier <= later && later >= earlier);
        Assert.Equal(TimeSpan.FromDays(1), later - earlier);
        Assert.Equal([earlier, later], new[] { later, earlier }.Order());
    }
}

public sealed class StatedTests
{
    [Theory]
    [InlineData("2026-03-04")]
    [InlineData("2024-02-29")]
    [InlineData("2026-03-04T10:20:00+01:00")]
    [InlineData("2026-03-04T10:20:00-11:30")]
    [InlineData("2026-03-04T10:20:00+00:00")]
    public void What_was_said_is_kept_word_for_word(string text)
    {
        var stated = Stated.Parse(text, null);

        Assert.Equal(text, stated.ToString());
        Assert.Equal(stated, JsonSerializer.Deserialize<Stated>(JsonSerializer.Serialize(stated)));
        Assert.Equal(text.Length == 10, stated.IsDateOnly);
    }

    [Theory]
    [InlineData("2026-3-4")]
    [InlineData("2026-02-30")]
    [InlineData("04.03.2026")]
    [InlineData(" 2026-03-04")]
    [InlineData("2026-03-04T10:20:00Z")]
    [InlineData("2026-03-04T10:20:00")]
    [InlineData("2026-03-04T10:20:00.5+01:00")]
    [InlineData("2026-03-04 10:20:00+01:00")]
    [InlineData("2026-03-04T24:00:00+01:00")]
    [InlineData("")]
    [InlineData(null)]
    public void There_is_one_spelling(string? text)
    {
        Assert.False(Stated.TryParse(text, null, out _));
        Assert.Throws<FormatException>(() => Stated.Parse(text!, null));
    }

    [Fact]
    public void The_offset_that_was_said_stays()
    {
        var stated = Stated.At(new DateTimeOffset(2026, 3, 4, 10, 20, 0, TimeSpan.FromHours(1)));

        Assert.Equal("2026-03-04T10:20:00+01:00", stated.Text);
        Assert.Equal(new DateTimeOffset(2026, 3, 4, 9, 20, 0, TimeSpan.Zero), stated.Earliest.Utc);
    }

    [Fact]
    public void A_day_begins_where_it_begins_first_so_that_no_clock_starts_too_late() =>
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 10, 0, 0, TimeSpan.Zero), Stated.Parse("2026-03-04", null).Earliest.Utc);
}
