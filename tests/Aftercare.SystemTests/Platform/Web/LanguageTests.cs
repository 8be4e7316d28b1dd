using System.Collections;
using System.Globalization;
using System.Resources;
using Aftercare.Server.Platform.Web;
using Xunit;

namespace Aftercare.SystemTests.Platform.Web;

public sealed class LanguageTests
{
    [Fact]
    public async Task The_choice_by_link_wins_over_the_browser_and_is_remembered()
    {
        await using var host = await WebHost.Start();

        Assert.Contains("<html lang=\"en\">", await host.Text("/nowhere", language: "en"), StringComparison.Ordinal);
        Assert.Contains("<html lang=\"de\">", await host.Text("/nowhere?lang=de", language: "en"), StringComparison.Ordinal);
        Assert.Contains("<html lang=\"de\">", await host.Text("/nowhere", language: "en"), StringComparison.Ordinal);
    }

    [Theory, InlineData("xx"), InlineData("de-AT;q=0,fr"), InlineData("../de")]
    public async Task A_language_that_we_lack_is_English(string language)
    {
        await using var host = await WebHost.Start();

        Assert.Contains("<html lang=\"en\">", await host.Text("/nowhere?lang=" + Uri.EscapeDataString(language), language: "fr"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_switch_keeps_the_address_and_its_other_questions()
    {
        await using var host = await WebHost.Start();
        var page = await host.Text("/nowhere?q=a%26b&lang=en");

        Assert.Contains("href=\"/nowhere?q=a%26b&lang=de\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void German_has_every_word_that_English_has()
    {
        var words = new ResourceManager(typeof(FrontDoorText));
        var english = Keys(words, CultureInfo.InvariantCulture);

        Assert.NotEmpty(english);
        Assert.Equal(english, Keys(words, CultureInfo.GetCultureInfo("de")));
    }

    [Theory]
    [InlineData(1_795_266_180_000, "Europe/Berlin", "en", "21 Nov 2026, 14:03 Europe/Berlin")]
    [InlineData(1_795_266_180_000, "Europe/Berlin", "de", "21. Nov. 2026, 14:03 Europe/Berlin")]
    [InlineData(1_795_266_180_000, "America/New_York", "en", "21 Nov 2026, 08:03 America/New_York")]
    [InlineData(1_795_266_180_000, "UTC", "en", "21 Nov 2026, 13:03 UTC")]
    [InlineData(1_795_266_180_000, "Mars/Olympus", "en", "21 Nov 2026, 13:03 UTC")]
    [InlineData(1_792_888_200_000, "Europe/Berlin", "en", "25 Oct 2026, 02:30 Europe/Berlin (UTC+02:00)")]
    [InlineData(1_792_891_800_000, "Europe/Berlin", "en", "25 Oct 2026, 02:30 Europe/Berlin (UTC+01:00)")]
    public void A_time_is_written_with_its_zone(long ms, string zone, string language, string expected) =>
        Assert.Equal(expected, TimeText.Of(ms, zone, CultureInfo.GetCultureInfo(language)));

    private static List<string> Keys(ResourceManager words, CultureInfo culture) =>
    [
        .. words.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>().Select(word => (string)word.Key).Order(StringComparer.Ordinal),
    ];
}
