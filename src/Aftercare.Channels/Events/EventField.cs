using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Aftercare.Channels.Events;

/// <summary>What may be kept of a field at most, whatever a site agrees to.</summary>
public enum FieldNature
{
    /// <summary>A code of a standard's own list: may pass as it is.</summary>
    Code,

    /// <summary>Names a thing, e.g. a host: passes as it is where the agreement lists the very word, else at most as a pseudonym.</summary>
    Name,

    /// <summary>Identifies a patient or a member of staff: at most a pseudonym.</summary>
    Person,

    /// <summary>Anybody may have written anything: never passes.</summary>
    Text,
}

/// <summary>
/// A field that events have, whatever format they come in. The names are those below, and <c>sd:ID/PARAM</c> for a parameter of structured data.
/// When an event happened (<see cref="At"/>) is no field to agree on: each event has it.
/// </summary>
public sealed record EventField
{
    internal const string At = "event.at", Text = "text", DataPrefix = "sd:";

    private const string Dicom = "DCM:";

    private EventField(string name, FieldNature nature, params ReadOnlySpan<string> codes) =>
        (Name, Nature, Codes) = (name, nature, [.. codes]);

    public string Name { get; }

    public FieldNature Nature { get; }

    /// <summary>Every field with a name of its own.</summary>
    public static ImmutableArray<EventField> All { get; } =
    [
        // DICOM PS3.16 CID 400 (event ids) and CID 401 (their types); the code scheme stands before.
        new("event.code", FieldNature.Code, Range(Dicom, 110100, 110114)),
        new("event.type", FieldNature.Code, Range(Dicom, 110120, 110142)),
        // RFC 3881 §5.1: create, read, update, delete, execute; success and three failures.
        new("event.action", FieldNature.Code, "C", "R", "U", "D", "E"),
        new("event.outcome", FieldNature.Code, "0", "4", "8", "12"),
        new("event.name", FieldNature.Name),
        // RFC 5424 §6.2.1.
        new("facility", FieldNature.Code, Range("", 0, 23)),
        new("severity", FieldNature.Code, Range("", 0, 7)),
        new("host", FieldNature.Name),
        new("program", FieldNature.Name),
        new("process", FieldNature.Name),
        new("source.id", FieldNature.Name),
        new("source.site", FieldNature.Name),
        // RFC 3881 §5.4.3.
        new("source.type", FieldNature.Code, Range("", 1, 9)),
        new("user.id", FieldNature.Person),
        new("user.other-id", FieldNature.Person),
        new("user.name", FieldNature.Person),
        new("user.requestor", FieldNature.Code, "true", "false"),
        // PS3.16 CID 402: what part a participant had.
        new("user.role", FieldNature.Code, Range(Dicom, 110150, 110155)),
        new("user.network", FieldNature.Person),
        // RFC 3881 §5.3.2 and PS3.15 A.5.2: machine name, IP address, telephone, e-mail, URI.
        new("user.network-type", FieldNature.Code, Range("", 1, 5)),
        new("object.id", FieldNature.Person),
        new("object.id-type", FieldNature.Code, Range("", 1, 12)),
        // RFC 3881 §5.5.1 to §5.5.3.
        new("object.type", FieldNature.Code, Range("", 1, 4)),
        new("object.role", FieldNature.Code, Range("", 1, 24)),
        new("object.life-cycle", FieldNature.Code, Range("", 1, 15)),
        new("object.sensitivity", FieldNature.Text),
        new("object.name", FieldNature.Person),
        new("object.query", FieldNature.Text),
        new("object.detail", FieldNature.Text),
        new(Text, FieldNature.Text),
    ];

    internal ImmutableArray<string> Codes { get; }

    private static FrozenDictionary<string, EventField> ByName { get; } = All.ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);

    /// <summary>Null when there is no such field.</summary>
    public static EventField? Find(string name) =>
        ByName.GetValueOrDefault(name) ?? (IsData(name) ? new EventField(name, FieldNature.Name) : null);

    public bool Equals(EventField? other) => other is not null && Name == other.Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    internal bool Knows(string value) => Codes.Contains(value, StringComparer.Ordinal);

    // An id and a name of RFC 5424 §6.3: neither has a slash in practice, and the first one parts them.
    private static bool IsData(string name) => name.StartsWith(DataPrefix, StringComparison.Ordinal) && name.Length <= 80
        && name.IndexOf('/', StringComparison.Ordinal) is var slash && slash > DataPrefix.Length && slash < name.Length - 1
        && name.All(c => c is > ' ' and < '\x7f' and not ('"' or '=' or ']'));

    private static string[] Range(string scheme, int first, int last) =>
        [.. Enumerable.Range(first, last - first + 1).Select(code => scheme + code.ToString(CultureInfo.InvariantCulture))];
}
