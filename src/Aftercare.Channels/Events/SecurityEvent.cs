using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Aftercare.Channels.Events;

/// <summary>The form an event came in.</summary>
public enum EventFormat
{
    /// <summary>RFC 5424.</summary>
    Syslog,

    /// <summary>RFC 3164 or less: read as far as it could be recognised.</summary>
    BsdSyslog,

    /// <summary>DICOM PS3.15 A.5 or RFC 3881, alone or in a syslog message.</summary>
    AuditMessage,

    JsonLine,
}

/// <summary>A rule that an event meets, and what the rule took from it.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Taken">By the rule's names for it: codes, versions, numbers and devices, nothing else.</param>
public sealed record Sign(string Rule, ImmutableSortedDictionary<string, string> Taken);

/// <summary>
/// What is kept of an event. There is no way to make one but by an agreement (<see cref="EventReader"/>): that patients' and staff's names are not
/// in it is not a matter of care at the place that stores it.
/// </summary>
public sealed class SecurityEvent
{
    private SecurityEvent(
        string site, string device, bool deviceIsKnown, EventFormat format, string fingerprint, DateTimeOffset arrived, DateTimeOffset? at,
        ImmutableSortedDictionary<string, ImmutableArray<string>> fields, ImmutableArray<Sign> signs, int dropped)
    {
        (Site, Device, DeviceIsKnown, Format, Fingerprint) = (site, device, deviceIsKnown, format, fingerprint);
        (Arrived, At, Fields, Signs, Dropped) = (arrived, at, fields, signs, dropped);
    }

    public string Site { get; }

    /// <value>Our name of the device; a pseudonym where the agreement does not know it; <c>unnamed</c> where the message names none.</value>
    public string Device { get; }

    public bool DeviceIsKnown { get; }

    public EventFormat Format { get; }

    /// <value>32 hex digits, the same for the same message of the same site: a message that comes twice is known by it.</value>
    public string Fingerprint { get; }

    public DateTimeOffset Arrived { get; }

    /// <value>When it happened, as the device says, in UTC; null when it does not say so unmistakably.</value>
    public DateTimeOffset? At { get; }

    /// <value>The agreed fields and their values.</value>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Fields { get; }

    public ImmutableArray<Sign> Signs { get; }

    /// <value>How many values were dropped.</value>
    public int Dropped { get; }

    /// <summary>As JSON in UTF-8: the same event is always the same bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("site", Site);
            json.WriteString("device", Device);
            json.WriteBoolean("deviceIsKnown", DeviceIsKnown);
            json.WriteString("format", Format.ToString());
            json.WriteString("fingerprint", Fingerprint);
            json.WriteString("arrived", Arrived);
            if (At is { } at)
                json.WriteString("at", at);
            json.WriteStartObject("fields");
            foreach (var (field, values) in Fields)
            {
                json.WriteStartArray(field);
                foreach (var value in values)
                    json.WriteStringValue(value);
                json.WriteEndArray();
            }
            json.WriteEndObject();
            json.WriteStartArray("signs");
            foreach (var sign in Signs)
            {
                json.WriteStartObject();
                json.WriteString("rule", sign.Rule);
                foreach (var (name, value) in sign.Taken)
                    json.WriteString(name, value);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteNumber("dropped", Dropped);
            json.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }

    internal static SecurityEvent Agreed(
        RawEvent raw, ReadOnlySpan<byte> message, EventAgreement agreement, SiteKey key, ImmutableArray<EventRule> rules, DateTimeOffset arrived)
    {
        var signs = rules.Select(rule => rule.SignIn(raw, agreement, key)).OfType<Sign>().ToImmutableArray();
        var fields = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        var dropped = raw.Left;
        foreach (var (field, value) in raw.Values)
        {
            if (agreement.Passed(field, value, key) is not { } passed)
                dropped++;
            else if (fields.TryGetValue(field, out var values))
                values.Add(passed);
            else
                fields.Add(field, [passed]);
        }
        var named = agreement.DeviceFrom.SelectMany(raw.Of).ToArray();
        var known = named.Select(agreement.Device).OfType<string>().FirstOrDefault();
        var device = known ?? (named is [var first, ..] ? key.Pseudonym("name", first) : "unnamed");
        return new(
            agreement.Site, device, known is not null, raw.Format, key.Fingerprint(message), arrived, raw.At,
            fields.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.ToImmutableArray(), StringComparer.Ordinal), signs, dropped);
    }
}
