using System.Globalization;
using System.Resources;

namespace Aftercare.Server.Mail;

/// <summary>The words of mails: <c>MailWords.resx</c>, and <c>.de.resx</c> for German.</summary>
public sealed class MailWords
{
    private static readonly ResourceManager All = new(typeof(MailWords));

    private MailWords()
    {
    }

    /// <param name="language">A tag; English where we do not speak it.</param>
    internal static string Say(string? language, string key, params ReadOnlySpan<object> values)
    {
        var culture = CultureInfo.GetCultureInfo(language is not null && language.StartsWith("de", StringComparison.OrdinalIgnoreCase) ? "de" : "en");
        return string.Format(CultureInfo.InvariantCulture, All.GetString(key, culture) ?? throw new MissingManifestResourceException($"No words for {key}."), values);
    }
}
