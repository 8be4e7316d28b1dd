using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Aftercare.Json;

namespace Aftercare.Ledger;

/// <summary>A decision signed by a person (21 CFR Part 11 §11.50, §11.70: bound to what it signs).</summary>
/// <param name="PrintedName">The signer's name as printed at that time.</param>
/// <param name="Meaning">What the signature says, e.g. "Approval of closure".</param>
/// <param name="At">When; it follows a fresh re-authentication.</param>
/// <param name="Digest">Lowercase hex SHA-256 of subject, version, kind and body, as <see cref="Entry.DigestOf"/> makes it.</param>
public sealed record Signature(string PrintedName, string Meaning, Instant At, string Digest);

/// <summary>Everything an entry says besides its body.</summary>
/// <param name="Subject">The report, case, update … that it belongs to (UUIDv7).</param>
/// <param name="Version">1 for the first entry of a subject, then without gaps; (subject, version) is unique.</param>
/// <param name="Actor">Who, as <see cref="Ledger.Actor.Id"/>.</param>
/// <param name="Role">The role in which he acted.</param>
/// <param name="Cause">The request or the entry that led to it.</param>
public sealed record EntryHead(Guid Subject, int Version, string Actor, Role Role, Instant At, string Cause);

/// <summary>
/// One byte string on record: RFC 8785 JSON, stored and hashed exactly so. Sixteen random bytes make its hash say nothing about its content.
/// Entry bytes are never public.
/// </summary>
public sealed class Entry
{
    /// <value>48 KiB for the body, in bytes of its JSON; anything bigger goes into a blob and is named by digest.</value>
    public const int MaxBodyBytes = 48 * 1024;

    private const string Format = "aftercare-entry/1";
    private const int RandomBytes = 16;
    private const int MaxDepth = 32;

    private Entry(EntryHead head, string kind, Event @event, Signature? signature, ReadOnlyMemory<byte> bytes) =>
        (Head, Kind, Event, Signature, Bytes) = (head, kind, @event, signature, bytes);

    public EntryHead Head { get; }

    public Guid Subject => Head.Subject;

    public int Version => Head.Version;

    public Instant At => Head.At;

    /// <summary>The kind with its number, as written: <c>case.accepted/1</c>.</summary>
    public string Kind { get; }

    /// <summary>The body in today's shape.</summary>
    public Event Event { get; }

    public Signature? Signature { get; }

    /// <summary>The exact bytes: what is stored, hashed and proven.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>How bodies are written: camelCase members, enums as kebab-case words, absent values left out, nothing unknown read.</summary>
    public static JsonSerializerOptions BodyJson { get; } = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = false,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        MaxDepth = MaxDepth,
    };

    /// <param name="random">Exactly 16 random bytes.</param>
    /// <exception cref="ArgumentException">The body is larger than <see cref="MaxBodyBytes"/>.</exception>
    public static Entry Write(EntryHead head, Event @event, Signature? signature, ReadOnlySpan<byte> random, KindTable? kinds = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(random.Length, RandomBytes);
        var body = JsonSerializer.SerializeToNode(@event, @event.GetType(), BodyJson)!;
        if (CanonicalJson.Rfc8785(body).Length is var length and > MaxBodyBytes)
            throw new ArgumentException($"The body has {length} bytes; {MaxBodyBytes} are allowed.", nameof(@event));
        var kind = (kinds ?? Kinds.All).Written(@event);
        var document = new JsonObject
        {
            ["format"] = Format,
            ["subject"] = head.Subject.ToString("D"),
            ["version"] = head.Version,
            ["kind"] = kind,
            ["actor"] = head.Actor,
            ["role"] = JsonSerializer.SerializeToNode(head.Role, BodyJson),
            ["at"] = head.At.Ms,
            ["cause"] = head.Cause,
            ["random"] = Base64Url.EncodeToString(random),
            ["body"] = body,
        };
        if (signature is not null)
            document["signature"] = JsonSerializer.SerializeToNode(signature, BodyJson);
        return new Entry(head, kind, @event, signature, CanonicalJson.Rfc8785(document));
    }

    /// <summary>What a signature on this event binds: SHA-256 over the canonical JSON of subject, version, kind and body, lowercase hex.</summary>
    public static string DigestOf(Guid subject, int version, Event @event) => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Rfc8785(new JsonObject
    {
        ["subject"] = subject.ToString("D"),
        ["version"] = version,
        ["kind"] = Kinds.All.Written(@event),
        ["body"] = JsonSerializer.SerializeToNode(@event, @event.GetType(), BodyJson),
    })));

    /// <exception cref="LedgerCorruptException">The bytes are not an entry that this program wrote or can read.</exception>
    public static Entry Read(ReadOnlyMemory<byte> bytes, KindTable? kinds = null)
    {
        try
        {
            var json = StrictJson.Parse(bytes, new JsonLimits(MaxBodyBytes + 16 * 1024, MaxDepth + 2));
            if (Text(json, "format") != Format)
                throw new LedgerCorruptException("The entry has another format.");
            var kind = Text(json, "kind");
            var (type, body) = (kinds ?? Kinds.All).Upcast(NameOf(kind), NumberOf(kind), JsonObject.Create(json.GetProperty("body")) ?? throw new LedgerCorruptException("The entry has no body."));
            var head = new EntryHead(
                json.GetProperty("subject").GetGuid(),
                json.GetProperty("version").GetInt32(),
                Text(json, "actor"),
                json.GetProperty("role").Deserialize<Role>(BodyJson),
                new Instant(json.GetProperty("at").GetInt64()),
                Text(json, "cause"));
            var signature = json.TryGetProperty("signature", out var signed) ? signed.Deserialize<Signature>(BodyJson) : null;
            return new Entry(head, kind, (Event)body.Deserialize(type, BodyJson)!, signature, bytes);
        }
        catch (Exception fault) when (fault is JsonFaultException or JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new LedgerCorruptException("The bytes are not an entry: " + fault.Message, fault);
        }
    }

    private static string Text(JsonElement entry, string member) =>
        entry.GetProperty(member).GetString() ?? throw new LedgerCorruptException($"The entry's {member} is null.");

    private static string NameOf(string kind) => kind[..Math.Max(kind.LastIndexOf('/'), 0)];

    private static int NumberOf(string kind) =>
        int.TryParse(kind.AsSpan(kind.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
