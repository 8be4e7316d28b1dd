using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Aftercare.Server.Platform.Storage;

/// <summary>
/// What somebody looks for: some words, all of which must be there, the last of them perhaps not finished. What a word is, is decided here alone, so that
/// both databases find the same and nothing that is typed reaches their query languages.
/// </summary>
public sealed record SearchQuery
{
    /// <value>200 characters.</value>
    public const int MaxLength = 200;

    /// <value>8 words; what follows is not looked for.</value>
    public const int MaxWords = 8;

    /// <value>64 characters of a word; a longer one is found by its beginning.</value>
    private const int MaxWord = 64;

    private SearchQuery(ImmutableArray<string> words, string exact) => (Words, Exact) = (words, exact);

    /// <summary>Folded; 1 to <see cref="MaxWords"/>.</summary>
    public ImmutableArray<string> Words { get; }

    /// <summary>All that was typed, in capitals: it may be a number, a serial or a CVE id.</summary>
    public string Exact { get; }

    /// <summary>Null where there is no word in it.</summary>
    public static SearchQuery? Of(string typed)
    {
        ImmutableArray<string> words = [.. WordsOf(typed).Distinct().Take(MaxWords)];
        return words.IsEmpty ? null : new SearchQuery(words, typed.Trim().ToUpperInvariant());
    }

    /// <summary>The words of a text: runs of letters and digits, in lower case and without the marks of letters. <c>Schläuche, 4.2</c> is <c>schlauche</c>, <c>4</c>, <c>2</c>.</summary>
    public static IEnumerable<string> WordsOf(string? text)
    {
        var word = new StringBuilder();
        foreach (var letter in Plain(text))
        {
            if (char.IsLetterOrDigit(letter))
            {
                if (word.Length < MaxWord)
                    word.Append(char.ToLowerInvariant(letter));
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }
        if (word.Length > 0)
            yield return word.ToString();
    }

    /// <summary>The words with a space before each, as an index keeps them.</summary>
    public static string Fold(string? text) => string.Concat(WordsOf(text).Select(word => " " + word));

    /// <summary>Whether a folded word is one that is looked for.</summary>
    public bool Has(string word) => Words.Where((asked, at) => Unfinished(at) ? word.StartsWith(asked, StringComparison.Ordinal) : word == asked).Any();

    /// <summary>Whether these texts, which no database indexes, hold every word.</summary>
    public bool Fits(params IEnumerable<string?> texts)
    {
        var words = texts.SelectMany(WordsOf).ToList();
        return Words.Select((asked, at) => words.Any(word => Unfinished(at) ? word.StartsWith(asked, StringComparison.Ordinal) : word == asked)).All(found => found);
    }

    // Each word is letters and digits only, so nothing in it can end the quotes.
    internal string ForSqlite => string.Join(' ', Words.Select((word, at) => $"\"{word}\"{(Unfinished(at) ? "*" : "")}"));

    internal string ForPostgres => string.Join(" & ", Words.Select((word, at) => $"'{word}'{(Unfinished(at) ? ":*" : "")}"));

    // One letter begins half of all words.
    private bool Unfinished(int at) => at == Words.Length - 1 && Words[at].Length > 1;

    // A letter and its mark are taken apart, then the mark is dropped. Half a surrogate pair cannot be taken apart; a whole one is no letter here either.
    private static IEnumerable<char> Plain(string? text) =>
        string.Concat((text ?? "").Select(letter => char.IsSurrogate(letter) ? ' ' : letter)).Normalize(NormalizationForm.FormKD)
            .Where(letter => CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark);
}
