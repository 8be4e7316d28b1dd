using System.Text.RegularExpressions;
using Aftercare.Tests;
using Xunit;

namespace Aftercare.SystemTests.Docs;

/// <summary>README and guides, as far as they print something to type.</summary>
internal static partial class Guides
{
    /// <param name="Text">As it stands there; a block with all its lines.</param>
    public sealed record Printed(string File, int Line, string Text, bool Block)
    {
        public override string ToString() => $"{File}:{Line}: {Text}";
    }

    private static readonly Lazy<List<Printed>> All = new(() => [.. Files().SelectMany(Read)]);

    /// <summary>
    /// Every fenced block, and every text between backticks that begins with one of our programs, or with any word and has arguments (a setting <c>name = value</c> is none), or
    /// that is an option of which no block tells the use.
    /// </summary>
    public static IEnumerable<Printed> Commands => All.Value.Where(printed => printed.Block || IsCommand(printed.Text));

    /// <summary>Something that the reader puts into a file of his own, just as it is printed.</summary>
    public static string Setting(string text)
    {
        Assert.True(All.Value.Exists(printed => printed.Text == text), $"The guides do not print '{text}'.");
        return text;
    }

    private static bool IsCommand(string text)
    {
        var first = text.Split(' ')[0];
        return first.StartsWith("./", StringComparison.Ordinal) ? File.Exists(Path.Combine(Shared.Repository, first))
            : first is "aftercare" or "aftercare-server"
            || (first.StartsWith("--", StringComparison.Ordinal) ? !All.Value.Exists(other => other.Block && other.Text.Contains(text, StringComparison.Ordinal)) : Program().IsMatch(text) && !NameAndValue().IsMatch(text));
    }

    private static IEnumerable<string> Files() =>
        [Path.Combine(Shared.Repository, "README.md"), .. Directory.GetFiles(Path.Combine(Shared.Repository, "docs"), "*.md").Order(StringComparer.Ordinal)];

    private static IEnumerable<Printed> Read(string path)
    {
        var (name, text) = (Path.GetRelativePath(Shared.Repository, path), File.ReadAllText(path));
        foreach (Match block in Block().Matches(text))
            yield return new(name, LineOf(text, block.Index) + 1, string.Join('\n', block.Groups["lines"].Value.TrimEnd('\n').Split('\n').Select(line => line.Trim())), true);
        // The rest, with its lines where they were. A backtick without its second would turn inside out what follows it.
        var rest = Block().Replace(text, block => new string('\n', block.Value.Count(c => c == '\n')));
        foreach (Match paragraph in Paragraph().Matches(rest))
        {
            Assert.True(int.IsEvenInteger(paragraph.Value.Count(c => c == '`')), $"{name}:{LineOf(rest, paragraph.Index)}: a backtick stands alone in this paragraph.");
            foreach (Match span in Span().Matches(paragraph.Value))
                yield return new(name, LineOf(rest, paragraph.Index + span.Index), Blanks().Replace(span.Groups[1].Value, " "), false);
        }
    }

    private static int LineOf(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;

    [GeneratedRegex(@"^[ \t]*```[^\n]*\n(?<lines>.*?)^[ \t]*```[ \t]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"[^\n]+(?:\n(?!\s*\n)[^\n]+)*")]
    private static partial Regex Paragraph();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"^[a-z][\w.+-]* ")]
    private static partial Regex Program();

    [GeneratedRegex(@"^[\w.-]+ = ")]
    private static partial Regex NameAndValue();
}
