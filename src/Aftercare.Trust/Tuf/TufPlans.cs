using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aftercare.Trust.Keys;

namespace Aftercare.Trust.Tuf;

/// <summary>What was planned or drafted cannot be: the message says what stands in the way and what would clear it.</summary>
public sealed class TufPlanException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The people who sign a role.</summary>
/// <param name="Threshold">2 or more, and not more than there are keys.</param>
/// <param name="Keys">3 or more, each another person's.</param>
public sealed record Quorum(int Threshold, params ImmutableArray<PublicKey> Keys)
{
    /// <exception cref="TufPlanException"/>
    internal void Check(string role)
    {
        if (Keys.Length < 3 || Threshold < 2 || Threshold > Keys.Length)
            throw new TufPlanException($"The {role} role needs at least 2 signatures of at least 3 people, not {Threshold} of {Keys.Length}.");
        foreach (var key in Keys)
        {
            if (!key.IsUsable || key.IsLegacy)
                throw new TufPlanException($"The {role} key {key} is of a kind that cannot be used here.");
            if (string.IsNullOrWhiteSpace(key.Custodian))
                throw new TufPlanException($"The {role} key {key} names no custodian. A key without a person cannot count as one.");
        }
    }
}

/// <summary>Who may sign what, until when.</summary>
/// <param name="Snapshot">A service's key; may be the same as <paramref name="Timestamp"/>, and no person's.</param>
/// <param name="Expires">A year from now is usual; reminders are the caller's matter.</param>
public sealed record RootPlan(Quorum Root, Quorum Targets, PublicKey Snapshot, PublicKey Timestamp, DateTimeOffset Expires)
{
    /// <summary>One key a person, one person a key, over both roles; and no person's key online.</summary>
    /// <exception cref="TufPlanException"/>
    internal void Check()
    {
        Root.Check("root");
        Targets.Check("targets");
        OnePersonEach("root", Root.Keys);
        OnePersonEach("targets", Targets.Keys);
        OnePersonEach("root and targets", [.. Root.Keys.Concat(Targets.Keys).DistinctBy(key => (key.Identity, key.Person))]);
        foreach (var online in (PublicKey[])[Snapshot, Timestamp])
        {
            if (!online.IsUsable || online.IsLegacy)
                throw new TufPlanException($"The online key {online} is of a kind that cannot be used here.");
            if (Root.Keys.Concat(Targets.Keys).Any(key => key.Identity == online.Identity || key.Person == online.Person))
                throw new TufPlanException($"The online key {online} is also a person's. A server never holds a key of root or targets.");
        }
    }

    internal bool IsTest => Root.Keys.Concat(Targets.Keys).Append(Snapshot).Append(Timestamp).Any(key => key.IsTest);

    private static void OnePersonEach(string role, ImmutableArray<PublicKey> keys)
    {
        if (keys.GroupBy(key => key.Identity).FirstOrDefault(same => same.Count() > 1) is { } key)
            throw new TufPlanException($"The {role} keys name one key for {string.Join(" and ", key.Select(k => k.Custodian))}. One key a person.");
        if (keys.GroupBy(key => key.Person).FirstOrDefault(same => same.Count() > 1) is { } person)
            throw new TufPlanException($"The {role} keys name {person.First().Custodian} more than once. One key a person.");
    }
}

/// <summary>A file to be signed for.</summary>
/// <param name="Path"><c>line/release/file</c>; at the top level a plain name such as <c>keys.json</c>.</param>
/// <param name="Sha256">Lowercase hex.</param>
/// <param name="Sha512">Lowercase hex.</param>
/// <param name="Custom">Printable ASCII and whole numbers only; null for none.</param>
public sealed record TargetFile(string Path, long Length, string Sha256, string Sha512, JsonObject? Custom = null)
{
    internal JsonObject ToJson()
    {
        var json = new JsonObject
        {
            // The first hash names the served file, and clients differ in which they take: SHA-256 stands first.
            ["hashes"] = new JsonObject { ["sha256"] = Sha256, ["sha512"] = Sha512 },
            ["length"] = Length,
        };
        if (Custom is not null)
            json["custom"] = Custom.DeepClone();
        return json;
    }
}

/// <summary>The targets role at the top: which product lines there are, and the few files that belong to none.</summary>
/// <param name="Lines">All of them, old and new: lowercase letters, digits, <c>.</c>, <c>_</c>, <c>-</c>.</param>
/// <param name="Files">All of them.</param>
public sealed record TargetsPlan(ImmutableArray<string> Lines, ImmutableArray<TargetFile> Files, DateTimeOffset Expires);

/// <summary>What changes in one product line.</summary>
/// <param name="Add">New files. A file that was published is never changed: it gets a new release.</param>
/// <param name="Withdraw">Paths that are no longer offered.</param>
public sealed record LinePlan(string Line, ImmutableArray<TargetFile> Add, ImmutableArray<string> Withdraw, DateTimeOffset Expires);

/// <summary>How long the online roles are good for; they are signed anew at half of it.</summary>
public sealed record OnlineLifetimes
{
    /// <value>Default 7 days.</value>
    public TimeSpan Timestamp { get; init; } = TimeSpan.FromDays(7);

    /// <value>Default 30 days.</value>
    public TimeSpan Snapshot { get; init; } = TimeSpan.FromDays(30);
}

internal static partial class LineNames
{
    /// <exception cref="TufPlanException"/>
    internal static void Check(string line)
    {
        if (!Allowed().IsMatch(line) || RoleReader.TopLevel.Contains(line))
            throw new TufPlanException($"\"{line}\" cannot name a product line: 1 to 63 of a-z, 0-9, '.', '_' and '-', not beginning with a sign, "
                + "and no TUF role.");
    }

    /// <exception cref="TufPlanException"/>
    internal static void CheckPath(TargetFile file, string? line)
    {
        var parts = file.Path.Split('/');
        if (line is null ? parts.Length != 1 : parts.Length != 3 || parts[0] != line)
            throw new TufPlanException($"{file.Path} is not {(line is null ? "a plain file name" : $"{line}/release/file")}.");
        if (file.Path.Any(c => c is <= ' ' or > '~' or '*' or '?' or '[' or ']'))
            throw new TufPlanException($"{file.Path} holds a blank, a wildcard or a character beyond ASCII; TUF clients disagree about those.");
        try
        {
            TargetPath.Check(file.Path);
        }
        catch (UnsafeNameException e)
        {
            throw new TufPlanException(e.Message, e);
        }
        if (file.Length < 0 || !IsHex(file.Sha256, 64) || !IsHex(file.Sha512, 128))
            throw new TufPlanException($"{file.Path} needs its length, its SHA-256 and its SHA-512 in lowercase hex.");
    }

    private static bool IsHex(string text, int digits) => text.Length == digits && text.All(char.IsAsciiHexDigitLower);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,62}\z")]
    private static partial Regex Allowed();
}
