using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Aftercare.Json;

namespace Aftercare.Csaf;

/// <summary>
/// An OASIS CSAF 2.0 document: what an issuing party says about vulnerabilities in its products. Immutable; an empty list stands for
/// a member that is absent, because CSAF forbids empty arrays. Members that CSAF does not define are not kept: who needs them keeps the bytes.
/// </summary>
public sealed record CsafDocument
{
    /// <summary>Largest document accepted, in bytes: 16 MiB. The deepest product tree that CSAF 2.1 allows (30 branches) needs 66 levels.</summary>
    public static JsonLimits Limits { get; } = new(MaxBytes: 16 * 1024 * 1024, MaxDepth: 128);

    public required DocumentInfo Document { get; init; }

    public ProductTree? ProductTree { get; init; }

    public ImmutableArray<Vulnerability> Vulnerabilities { get => field.OrEmpty; init; }

    /// <summary>
    /// UTF-8 JSON, indented by two, members in the order of the standard's own examples. The same document always gives the same bytes.
    /// </summary>
    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, CsafJson.Document);

    /// <summary>What stands in the way of publishing this document: its shape and the mandatory tests of CSAF 2.0 §6.1. Empty when valid.</summary>
    public ImmutableArray<CsafFault> Faults() => CsafRules.Faults(StrictJson.Parse(ToUtf8(), Limits));

    /// <summary>
    /// Reads a document whose JSON is strict and whose shape is CSAF's. The mandatory tests are not run: a supplier's
    /// document that breaks one is still worth reading. Ask <see cref="CsafRules.Faults"/> for those.
    /// </summary>
    /// <exception cref="CsafFormatException">Not JSON, or not shaped as CSAF 2.0; every fault is listed.</exception>
    public static CsafDocument Read(ReadOnlyMemory<byte> utf8) =>
        TryRead(utf8, out var document, out var faults) ? document : throw new CsafFormatException(faults);

    /// <summary>As <see cref="Read"/>; on refusal <paramref name="faults"/> says all that was found wrong, each with its JSON pointer.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out CsafDocument? document, out ImmutableArray<CsafFault> faults)
    {
        document = null;
        if (!StrictJson.TryParse(utf8, out var json, out var fault, Limits))
        {
            faults = [new CsafFault("json", fault.Pointer, $"{fault.Reason} (line {fault.Line}, column {fault.Column})")];
            return false;
        }

        faults = CsafRules.ReadingFaults(json);
        if (!faults.IsEmpty)
            return false;

        document = json.Deserialize(CsafJson.Document)!;
        return true;
    }
}

/// <summary>The bytes are not a CSAF 2.0 document. <see cref="Faults"/> holds all that was found, at least one.</summary>
public sealed class CsafFormatException(ImmutableArray<CsafFault> faults)
    : FormatException(
        $"Not a CSAF 2.0 document: {faults[0].Pointer} {faults[0].Message}" + (faults.Length > 1 ? $" (and {faults.Length - 1} more)" : ""))
{
    public ImmutableArray<CsafFault> Faults { get; } = faults;
}
