using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Aftercare.Server.Mail;
using Xunit;

namespace Aftercare.SystemTests.Mail;

public sealed class MailWordsTests
{
    [Theory]
    [InlineData("de")]
    [InlineData("de-AT")]
    public void A_reporter_is_written_to_in_his_language(string language) =>
        Assert.Equal("Ihre Meldung R-2026-0042 ist angekommen", MailWords.Say(language, "ReportReceived.Subject", "R-2026-0042"));

    [Theory]
    [InlineData(null)]
    [InlineData("fr")]
    [InlineData("<script>")]
    public void Whose_language_we_do_not_speak_is_written_to_in_English(string? language) =>
        Assert.Equal("We received your report R-2026-0042", MailWords.Say(language, "ReportReceived.Subject", "R-2026-0042"));

    [Fact]
    public void German_says_the_same_things_in_the_same_places()
    {
        var all = new ResourceManager(typeof(MailWords));
        var german = all.GetResourceSet(CultureInfo.GetCultureInfo("de"), createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>().ToList();

        Assert.NotEmpty(german);
        Assert.All(german, words => Assert.Equal(Places(all.GetString((string)words.Key, CultureInfo.GetCultureInfo("en"))!), Places((string)words.Value!)));
    }

    private static IEnumerable<string> Places(string words) => Regex.Matches(words, @"\{\d\}").Select(match => match.Value).Order();
}
