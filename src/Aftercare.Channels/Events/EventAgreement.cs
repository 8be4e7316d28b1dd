using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Aftercare.Channels.Events;

/// <summary>How a field passes.</summary>
public enum Passing
{
    /// <summary>As it is, if its value is a code of the field's standard or one of the agreed words.</summary>
    AsIs,

    /// <summary>As a pseudonym of this site.</summary>
    Pseudonym,
}

/// <summary>
/// What a site agreed that is kept of its devices' events. All else is dropped before anything leaves this assembly: nothing that is not named here
/// passes, free text never does, and what identifies a person at most as a pseudonym, whatever the agreement says.
/// </summary>
/// <remarks>
/// It is read from JSON, whose members are all required:
/// <c>site</c>; <c>fields</c>, each with <c>field</c> (a name of <see cref="EventField"/>), <c>passes</c> (<c>asIs</c> or <c>pseudonym</c>) and
/// <c>words</c>
/// (the values that pass as they are besides the standard's codes); <c>devices</c>, each with <c>device</c> (our name of it) and <c>names</c> (what
/// it calls itself); <c>deviceFrom</c>, the fields in which a device names itself, the best first; <c>rules</c>, the ids of the rules that may look
/// at these events;
/// <c>json</c>, from JSON pointers to fields; and <c>bsdZone</c>, e.g. <c>+01:00</c>, the zone of lines that name none, or null: then such lines
/// have no instant of their own.
/// </remarks>
public sealed class EventAgreement
{
    private const int MostBytes = 1024 * 1024, MostEntries = 20_000, LongestWord = 128;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly FrozenDictionary<string, Agreed> _fields;
    private readonly FrozenDictionary<string, string> _devices;

    private EventAgreement(Written written, List<string> faults)
    {
        Site = written.Site;
        var fields = new Dictionary<string, Agreed>(StringComparer.Ordinal);
        foreach (var entry in written.Fields)
            Add(fields, entry, faults);
        var devices = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var device in written.Devices)
            Add(devices, device, faults);
        foreach (var field in written.DeviceFrom.Where(field => EventField.Find(field) is not { Nature: FieldNature.Name }))
            faults.Add($"deviceFrom: {field} is not a field that names a thing.");
        var places = written.Json.Select(pair => (pair.Key, pair.Value, Place: Place(pair.Key, pair.Value))).ToArray();
        faults.AddRange(places.Where(place => place.Place is null).Select(place => $"json: {place.Key} to {place.Value} is not a pointer to a field."));
        BsdZone = written.BsdZone is null ? null : WireTime.Zone(written.BsdZone);
        if (written.BsdZone is not null && (BsdZone is null || BsdZone.Value.Duration() > TimeSpan.FromHours(14)))
            faults.Add("bsdZone: is not a zone such as +01:00.");
        if (string.IsNullOrWhiteSpace(Site) || Site.Length > LongestWord)
            faults.Add($"site: is not 1 to {LongestWord} characters.");
        (_fields, _devices) = (fields.ToFrozenDictionary(StringComparer.Ordinal), devices.ToFrozenDictionary(StringComparer.Ordinal));
        (DeviceFrom, Rules) = ([.. written.DeviceFrom], written.Rules.ToFrozenSet(StringComparer.Ordinal));
        Places = [.. places.Where(place => place.Place is not null).Select(place => place.Place!)];
    }

    public string Site { get; }

    /// <value>The rules that may look at this site's events, also at what is then dropped.</value>
    public FrozenSet<string> Rules { get; }

    internal ImmutableArray<string> DeviceFrom { get; }

    internal ImmutableArray<JsonPlace> Places { get; }

    internal TimeSpan? BsdZone { get; }

    /// <param name="faults">Every fault, each with its member; empty when it was read.</param>
    public static bool TryRead(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out EventAgreement? agreement, out ImmutableArray<string> faults)
    {
        agreement = null;
        if (json.Length > MostBytes)
        {
            faults = [$"The agreement has more than {MostBytes} bytes."];
            return false;
        }
        try
        {
            var written = JsonSerializer.Deserialize<Written>(json.Span, Strict);
            var found = new List<string>();
            if (written is null || written.Fields.Length + written.Devices.Length + written.Json.Count > MostEntries)
                found.Add($"The agreement has no content, or more than {MostEntries} entries.");
            else
                agreement = new EventAgreement(written, found);
            faults = [.. found];
        }
        catch (JsonException e)
        {
            faults = [$"Line {(e.LineNumber ?? 0) + 1} at {e.Path}: is not as an agreement is written."];
        }
        agreement = faults.IsEmpty ? agreement : null;
        return agreement is not null;
    }

    /// <summary>Null when the value is dropped.</summary>
    internal string? Passed(string field, string value, SiteKey key) =>
        !_fields.TryGetValue(field, out var agreed) ? null
        : agreed.Passing == Passing.Pseudonym ? key.Pseudonym(Domain(field), value)
        : agreed.Field.Knows(value) || agreed.Words.Contains(value) ? value : null;

    /// <summary>Our name of a device, if it is one of the agreed.</summary>
    internal string? Device(string name) => _devices.GetValueOrDefault(name);

    // One person is one, whichever of the fields says so.
    private static string Domain(string field) => EventField.Find(field) is { Nature: FieldNature.Person } ? "person" : "name";

    private static JsonPlace? Place(string pointer, string field) =>
        field == EventField.At || EventField.Find(field) is not null ? JsonPlace.Parse(pointer, field) : null;

    private static void Add(Dictionary<string, Agreed> fields, WrittenField entry, List<string> faults)
    {
        if (EventField.Find(entry.Field) is not { } field)
            faults.Add($"fields: {entry.Field} is not a field.");
        else if (field.Nature == FieldNature.Text)
            faults.Add($"fields: {entry.Field} is free text and never passes.");
        else if (entry.Passes is not ("asIs" or "pseudonym"))
            faults.Add($"fields: {entry.Field} passes neither asIs nor as pseudonym.");
        else if (field.Nature == FieldNature.Person && entry.Passes == "asIs")
            faults.Add($"fields: {entry.Field} identifies a person and passes as pseudonym or not at all.");
        else if (entry.Words.Any(word => word.Length is 0 or > LongestWord || word.Any(char.IsControl)))
            faults.Add($"fields: {entry.Field} has a word that is not 1 to {LongestWord} characters.");
        else if (!fields.TryAdd(entry.Field, new(field, entry.Passes == "asIs" ? Passing.AsIs : Passing.Pseudonym, [.. entry.Words])))
            faults.Add($"fields: {entry.Field} stands twice.");
    }

    private static void Add(Dictionary<string, string> devices, WrittenDevice device, List<string> faults)
    {
        foreach (var name in device.Names.Append(device.Device).Distinct(StringComparer.Ordinal))
        {
            if (name.Length is 0 or > LongestWord)
                faults.Add($"devices: a name of {device.Device} is not 1 to {LongestWord} characters.");
            else if (!devices.TryAdd(name, device.Device))
                faults.Add($"devices: {name} names two devices.");
        }
    }

    private sealed record Agreed(EventField Field, Passing Passing, ImmutableHashSet<string> Words);

    private sealed record Written(
        string Site, WrittenField[] Fields, WrittenDevice[] Devices, string[] DeviceFrom, string[] Rules, Dictionary<string, string> Json, string? BsdZone);

    private sealed record WrittenField(string Field, string Passes, string[] Words);

    private sealed record WrittenDevice(string Device, string[] Names);
}
