namespace Aftercare.Cli;

/// <summary>What others wrote, on a screen where somebody decides by what he sees.</summary>
internal static class Screen
{
    /// <summary>Without anything that moves the cursor or turns the writing round; blanks stand for line breaks.</summary>
    internal static string Safe(string text) => string.Concat(text.ReplaceLineEndings(" ").Where(c => char.GetUnicodeCategory(c)
        is not (System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format)));
}
