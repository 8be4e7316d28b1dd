using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Json;
using Aftercare.Trust.Keys;

namespace Aftercare.Trust.Tuf;

/// <summary>Signatures that somebody asks for before a draft may be published.</summary>
/// <param name="AskedBy">As a person would say it: <c>root version 3</c>.</param>
public sealed record SigningDuty(string AskedBy, int Threshold, ImmutableArray<PublicKey> Keys);

/// <summary>
/// Metadata on its round to the people who sign it. Signatures are collected one by one, on whatever machines the keys are; the bytes that
/// are signed never change. A draft only says whose signatures are wanted: that is checked against the published metadata when it comes back.
/// </summary>
public sealed class RoleDraft
{
    private const string Format = "aftercare-tuf-draft/1";
    private const int MostBytes = 16 * 1024 * 1024;
    private readonly JsonElement _signed;

    internal RoleDraft(string role, JsonElement signed, ImmutableArray<SigningDuty> duties, ImmutableArray<RoleSignature> signatures = default)
    {
        (Role, _signed, Duties) = (role, signed, duties);
        SignedBytes = Canonical(signed);
        Version = new Located(signed).Member("version").Whole(1);
        Signatures = signatures.IsDefault ? [] : signatures;
    }

    /// <value><c>root</c>, <c>targets</c>, or the product line.</value>
    public string Role { get; }

    public long Version { get; }

    /// <value>What a signer signs.</value>
    public ReadOnlyMemory<byte> SignedBytes { get; }

    /// <value>What those bytes say, to be shown to the signer.</value>
    public JsonElement Content => _signed;

    /// <value>One, or two for a new root: the present one and the new one both ask.</value>
    public ImmutableArray<SigningDuty> Duties { get; }

    public ImmutableArray<RoleSignature> Signatures { get; }

    public bool IsComplete => Duties.All(duty => PublicKey.People(Signed(duty)) >= duty.Threshold);

    /// <value>The keys that could still add a signature that counts.</value>
    public IEnumerable<PublicKey> MaySign =>
        Duties.Where(duty => PublicKey.People(Signed(duty)) < duty.Threshold).SelectMany(duty => duty.Keys).Distinct().Where(key => !HasSigned(key));

    /// <summary>
    /// What a signer must read before signing, a line each; with the version before, what is new begins with <c>+</c> and what is gone with
    /// <c>-</c>.
    /// </summary>
    /// <param name="before">The version that the signer's own trusted copy holds; null to show everything as it is.</param>
    public IReadOnlyList<string> Describe(Tuf.Role? before = null) =>
        DraftText.Of(Role, new Located(_signed), before is null ? null : new Located(before.Json));

    /// <summary>Adds the signature of a key that is at hand.</summary>
    /// <exception cref="TufPlanException">Nobody asks for this key, or it has signed.</exception>
    public RoleDraft SignedBy(Signer signer) => With(new RoleSignature(signer.PublicKey.KeyId, signer.Sign(SignedBytes.Span)));

    /// <summary>Adds a signature that was made elsewhere, after checking it.</summary>
    /// <exception cref="TufPlanException">Nobody asks for this key, it has signed, or the signature is over other bytes.</exception>
    public RoleDraft With(RoleSignature signature)
    {
        var key = Duties.SelectMany(duty => duty.Keys).FirstOrDefault(key => key.KeyId == signature.KeyId)
            ?? throw new TufPlanException($"{Label} does not ask for the key {Short(signature.KeyId)}. It asks for {Names(MaySign)}.");
        if (HasSigned(key))
            throw new TufPlanException($"{key.Custodian} has signed {Label} already. It asks for {Names(MaySign)}.");
        return key.Verify(SignedBytes.Span, signature.Value.Span)
            ? new RoleDraft(Role, _signed, Duties, Signatures.Add(signature))
            : throw new TufPlanException($"The signature of {key} is not over these bytes of {Label}. Sign the present draft.");
    }

    /// <summary>Takes over the signatures of a copy that has been to other signers.</summary>
    /// <exception cref="TufPlanException">The copy is of another draft.</exception>
    public RoleDraft CollectFrom(RoleDraft copy)
    {
        if (!copy.SignedBytes.Span.SequenceEqual(SignedBytes.Span))
            throw new TufPlanException($"The file that came back is not {Label} as it stands. Send the present draft out again.");
        var known = Signatures.Select(signature => signature.KeyId).ToHashSet();
        return copy.Signatures.Where(signature => !known.Contains(signature.KeyId)).Aggregate(this, (draft, signature) => draft.With(signature));
    }

    /// <summary>The file to carry to a signer and back.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["format"] = Format,
        ["role"] = Role,
        ["duties"] = new JsonArray([.. Duties.Select(Write)]),
        ["signatures"] = Write(Signatures),
        ["signed"] = Node(_signed),
    });

    /// <exception cref="TufPlanException">Not a draft, or one with a signature that does not hold.</exception>
    public static RoleDraft Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var json = new Located(StrictJson.Parse(bytes, new JsonLimits(MostBytes)));
            var format = json.Member("format");
            if (format.Text() != Format)
                throw format.Wrong($"is not {Format}");
            var draft = new RoleDraft(json.Member("role").Text(), json.Member("signed").Json, [.. json.Member("duties").Items().Select(ReadDuty)]);
            MustBeReadable(draft);
            return json.Member("signatures").Items()
                .Select(item => new RoleSignature(item.Member("keyid").Text(), Convert.FromHexString(item.Member("sig").Text())))
                .Aggregate(draft, (collected, signature) => collected.With(signature));
        }
        catch (Exception e) when (e is JsonFaultException or FormatException)
        {
            throw new TufPlanException($"The file is not a draft to sign: {e.Message}", e);
        }
    }

    /// <summary>The finished metadata file.</summary>
    /// <exception cref="TufPlanException">Signatures are missing; the message says whose would count.</exception>
    public byte[] ToMetadata() => IsComplete
        ? Serialize(_signed, Signatures)
        : throw new TufPlanException($"{Label} lacks signatures: {string.Join("; ", Duties.Select(Standing))}. It asks for {Names(MaySign)}.");

    /// <exception cref="TufPlanException">Something in it has no canonical form that every TUF client agrees about.</exception>
    internal static byte[] Canonical(JsonElement signed)
    {
        try
        {
            return CanonicalJson.OlpcPrintable(signed);
        }
        catch (JsonFaultException e)
        {
            throw new TufPlanException($"This cannot be signed: {e.Message}", e);
        }
    }

    internal static byte[] Serialize(JsonElement signed, ImmutableArray<RoleSignature> signatures) =>
        JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["signatures"] = Write(signatures), ["signed"] = Node(signed) });

    private string Label => string.Create(CultureInfo.InvariantCulture, $"{Role} version {Version}");

    private bool HasSigned(PublicKey key) =>
        Signatures.Any(signature => signature.KeyId == key.KeyId);

    private IEnumerable<PublicKey> Signed(SigningDuty duty) => duty.Keys.Where(HasSigned);

    private string Standing(SigningDuty duty) =>
        $"{duty.AskedBy} asks for {duty.Threshold} and has {PublicKey.People(Signed(duty))}";

    private static string Names(IEnumerable<PublicKey> keys) =>
        string.Join(", ", keys.Select(key => key.ToString())) is { Length: > 0 } names ? names : "nobody more";

    private static string Short(string keyId) => keyId.Length > 8 ? keyId[..8] : keyId;

    // What cannot be shown to a signer is not to be signed.
    private static void MustBeReadable(RoleDraft draft)
    {
        var signed = new Located(draft._signed);
        var type = signed.Member("_type");
        if (type.Text() != (draft.Role == "root" ? "root" : "targets"))
            throw type.Wrong($"does not fit the role {draft.Role}");
        _ = draft.Describe();
    }

    private static SigningDuty ReadDuty(Located json) => new(
        json.Member("askedBy").Text(),
        (int)Math.Min(int.MaxValue, json.Member("threshold").Whole(1)),
        [.. json.Member("keys").Items().Select(PublicKey.FromJson)]);

    private static JsonObject Write(SigningDuty duty) => new()
    {
        ["askedBy"] = duty.AskedBy,
        ["threshold"] = duty.Threshold,
        ["keys"] = new JsonArray([.. duty.Keys.Select(key => key.ToJson())]),
    };

    private static JsonArray Write(ImmutableArray<RoleSignature> signatures) => [.. signatures.Select(signature => new JsonObject
    {
        ["keyid"] = signature.KeyId,
        ["sig"] = Convert.ToHexStringLower(signature.Value.Span),
    })];

    private static JsonNode? Node(JsonElement json) => JsonNode.Parse(json.GetRawText());
}
