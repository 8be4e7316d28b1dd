using System.Text.RegularExpressions;

namespace Aftercare.SystemTests.Fixtures;

/// <summary>Reads what <c>strace -f</c> wrote.</summary>
internal static partial class Trace
{
    private const string Unfinished = " <unfinished ...>";

    /// <summary>The calls in the order in which they ended; strace splits one in two lines when another thread's comes between.</summary>
    public static List<string> Calls(IEnumerable<string> lines)
    {
        var whole = new List<string>();
        var begun = new Dictionary<string, string>();
        foreach (var line in lines.Select(line => Line().Match(line)))
        {
            var (thread, call) = (line.Groups[1].Value, line.Groups[2].Value);
            if (call.EndsWith(Unfinished, StringComparison.Ordinal))
                begun[thread] = call[..^Unfinished.Length];
            else if (Resumed().Match(call) is { Success: true } resumed)
                whole.Add(begun[thread] + call[resumed.Length..]);
            else
                whole.Add(call);
        }

        return whole;
    }

    [GeneratedRegex(@"^(\d+) +(.*)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>")]
    private static partial Regex Resumed();
}
