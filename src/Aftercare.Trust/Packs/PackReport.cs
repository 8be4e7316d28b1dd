using System.Collections.Immutable;

namespace Aftercare.Trust.Packs;

/// <summary>In what way a member is not what the signed manifest says.</summary>
public enum PackFault
{
    /// <summary>Listed and present, with other bytes.</summary>
    Changed,

    /// <summary>Listed, but not in the file.</summary>
    Missing,

    /// <summary>In the file, but not listed: nobody vouches for it.</summary>
    Extra,

    /// <summary>In the file twice, perhaps in another case: what one program shows is not what another unpacks.</summary>
    Duplicate,

    /// <summary>A name or kind that could write outside the folder it is unpacked to.</summary>
    Unsafe,

    /// <summary>Listed and present, but damaged, encrypted, or packed in a way that cannot be unpacked.</summary>
    Unreadable,

    /// <summary>A ledger entry as signed, but without a proof that it stands in the log.</summary>
    NotInLog,
}

/// <param name="Member">Its name, made printable.</param>
/// <param name="Fault">In what way it differs.</param>
/// <param name="Detail">One sentence for people: what was found where what was due.</param>
public sealed record PackFinding(string Member, PackFault Fault, string Detail);

/// <summary>All that differs between a pack and its signed manifest.</summary>
/// <param name="Manifest">As signed.</param>
/// <param name="ProvedEntries">How many ledger entries were proved to stand in the log.</param>
/// <param name="Findings">Every one, not only the first; empty when the pack is whole.</param>
public sealed record PackReport(PackManifest Manifest, int ProvedEntries, ImmutableArray<PackFinding> Findings)
{
    /// <exception cref="UntrustedPackException">There are findings.</exception>
    public VerifiedPack Accept() => Findings.IsEmpty
        ? new VerifiedPack(Manifest)
        : throw new UntrustedPackException(
            $"The pack is not what was signed: {Findings.Length} findings, the first on {Findings[0].Member}: {Findings[0].Detail}");
}

/// <summary>A pack of which every member is as signed. Holding one is the proof: it comes only from <see cref="PackReport.Accept"/>.</summary>
public sealed class VerifiedPack
{
    internal VerifiedPack(PackManifest manifest) => Manifest = manifest;

    public PackManifest Manifest { get; }
}
