using System.Text;
using Aftercare.Ledger;

namespace Aftercare.Tests.Ledger;

/// <summary>
/// Entries exactly as they stand on record somewhere: one file a noun, one entry a line, the life of one subject in order. Lines are added and never
/// changed, because no installation's ledger changes with the program.
/// </summary>
internal static class Samples
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    static Samples()
    {
        if (Environment.GetEnvironmentVariable("AFTERCARE_WRITE_SAMPLES") == "1")
            WriteMissing();
    }

    private static string Folder => Path.Combine(Shared.Repository, "tests", "Aftercare.Tests", "Ledger", "Samples");

    public static IEnumerable<string> Nouns => Directory.GetFiles(Folder, "*.jsonl").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!;

    /// <summary>The exact bytes of each sample of a noun, oldest first.</summary>
    public static List<byte[]> Bytes(string noun) =>
        File.Exists(PathOf(noun)) ? [.. File.ReadAllLines(PathOf(noun), Utf8).Select(Utf8.GetBytes)] : [];

    public static List<Entry> Of(string noun) => Bytes(noun).ConvertAll(bytes => Entry.Read(bytes));

    // Adds a sample of every kind and version among the events that has none yet.
    private static void WriteMissing()
    {
        foreach (var ofNoun in Some.Events.GroupBy(happened => TestNoun.Of(Kinds.All.NameOf(happened.GetType()))))
        {
            var stored = Of(ofNoun.Key.Name);
            var known = stored.Select(entry => entry.Kind).ToHashSet();
            var lines = ofNoun.Where(happened => !known.Contains(Kinds.All.Written(happened)))
                .Select((happened, i) => Utf8.GetString(Some.Entry(ofNoun.Key, stored.Count + i + 1, happened).Bytes.Span));
            File.AppendAllLines(PathOf(ofNoun.Key.Name), lines, Utf8);
        }
    }

    private static string PathOf(string noun) => Path.Combine(Folder, $"{noun}.jsonl");
}
