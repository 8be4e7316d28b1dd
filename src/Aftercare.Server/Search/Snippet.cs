using System.Collections.Immutable;
using System.Globalization;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Search;

/// <summary>A piece of a text: a word that was looked for, or what stands between.</summary>
public sealed record Piece(string Text, bool Marked);

/// <summary>The part of a text that shows why it was found. Plain text; whoever shows it encodes it.</summary>
public static class Snippet
{
    /// <value>200 characters, a word more or less.</value>
    private const int Length = 200;
    private const int Before = 60;

    /// <summary>The whole text with its words marked.</summary>
    public static ImmutableArray<Piece> Marked(string text, SearchQuery asked)
    {
        var (pieces, plain) = (ImmutableArray.CreateBuilder<Piece>(), 0);
        foreach (var (start, end) in Runs(text).Where(run => SearchQuery.WordsOf(text[run.Start..run.End]).Any(asked.Has)))
        {
            if (start > plain)
                pieces.Add(new Piece(text[plain..start], false));
            pieces.Add(new Piece(text[start..end], true));
            plain = end;
        }
        if (plain < text.Length)
            pieces.Add(new Piece(text[plain..], false));
        return pieces.ToImmutable();
    }

    /// <summary>The first place with one of the words, and what stands around it; the beginning where there is none.</summary>
    public static ImmutableArray<Piece> Of(string text, SearchQuery asked)
    {
        var line = text.ReplaceLineEndings(" ");
        var first = Runs(line).FirstOrDefault(run => SearchQuery.WordsOf(line[run.Start..run.End]).Any(asked.Has));
        // Cut between words.
        var start = first.Start <= Before ? 0 : line.IndexOf(' ', first.Start - Before) is var space and >= 0 && space < first.Start ? space + 1 : first.Start;
        var end = line.Length - start <= Length ? line.Length : line.LastIndexOf(' ', start + Length, Length) is var last && last > first.End ? last : Math.Max(first.End, start + Length);
        if (end < line.Length && char.IsLowSurrogate(line[end]))
            end++;
        return Marked($"{(start > 0 ? "…" : "")}{line[start..end]}{(end < line.Length ? "…" : "")}", asked);
    }

    private static IEnumerable<(int Start, int End)> Runs(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (!InWord(text[at]))
                continue;
            var start = at;
            while (at < text.Length && InWord(text[at]))
                at++;
            yield return (start, at);
        }
    }

    private static bool InWord(char letter) => char.IsLetterOrDigit(letter) || CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark;
}
