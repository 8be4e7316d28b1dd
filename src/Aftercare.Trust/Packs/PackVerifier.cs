using System.Collections.Immutable;
using System.IO.Compression;
using Aftercare.Trust.Log;

namespace Aftercare.Trust.Packs;

/// <summary>Compares a pack with its signed manifest, member by member, and its ledger entries with the log.</summary>
public static class PackVerifier
{
    /// <summary>
    /// Reads the whole pack once, in flat memory, and tells everything that differs. A report without findings still has to
    /// be accepted: <see cref="PackReport.Accept"/>.
    /// </summary>
    /// <param name="pack">A seekable stream, left open.</param>
    /// <param name="openEnvelope">
    /// Takes the DSSE envelope, checks who signed it and that it is of <see cref="PackManifest.PayloadType"/>, and gives the
    /// manifest's bytes; throws an <see cref="UntrustedException"/> otherwise.
    /// </param>
    /// <param name="limits">Default: those of <see cref="PackLimits"/>.</param>
    /// <exception cref="UntrustedException">No pack, or no manifest that can be trusted: then nothing can be said about members.</exception>
    public static PackReport Verify(Stream pack, Func<byte[], byte[]> openEnvelope, PackLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(openEnvelope);
        if (!pack.CanSeek)
            throw new ArgumentException("A pack is read from its end, so its stream has to seek.", nameof(pack));
        limits ??= new PackLimits();
        using var archive = OpenArchive(pack, limits);
        var manifest = PackManifest.Parse(openEnvelope(ReadManifest(archive, limits)), limits);
        return new Comparison(manifest).Run(archive);
    }

    private static ZipArchive OpenArchive(Stream pack, PackLimits limits)
    {
        var metered = new MeteredStream(pack, limits.MaxDirectoryBytes);
        var archive = Unzip(() => new ZipArchive(metered, ZipArchiveMode.Read, leaveOpen: true));
        var entries = Unzip(() => archive.Entries);
        metered.Lift();
        if (entries.Count > limits.MaxMembers + 1L)
            throw new UntrustedPackException($"The pack has {entries.Count} members; at most {limits.MaxMembers} are read.");

        // Members that share packed bytes are the way to make a small file unpack without end.
        if (Unzip(() => entries.Sum(e => e.CompressedLength)) > pack.Length)
            throw new UntrustedPackException("The pack's members overlap: together they claim more packed bytes than the file has.");
        return archive;
    }

    private static byte[] ReadManifest(ZipArchive archive, PackLimits limits)
    {
        if (archive.Entries.Where(e => e.FullName == PackPath.Manifest).ToList() is not [var entry])
            throw new UntrustedPackException($"The pack does not hold exactly one {PackPath.Manifest}, so nobody vouches for it.");
        var most = Math.Min(limits.MaxManifestBytes, entry.CompressedLength * limits.MaxRatio);
        return Unzip(() => PackReading.Bytes(entry, most))
            ?? throw new UntrustedPackException($"{PackPath.Manifest} unpacks to more than the {most} bytes that are read.");
    }

    private static T Unzip<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (PackReading.IsDamage(e))
        {
            throw new UntrustedPackException("The pack is not a ZIP file that can be read.", e);
        }
    }

    /// <summary>One run over one pack.</summary>
    private sealed class Comparison(PackManifest manifest)
    {
        private const int SymbolicLink = 0xA000;
        private const int FileKind = 0xF000;

        private readonly Dictionary<string, PackMember> _listed = manifest.Members.ToDictionary(m => m.Path, StringComparer.Ordinal);
        private readonly ILookup<string, PackMember> _byContent = manifest.Members.ToLookup(m => m.Sha256, StringComparer.Ordinal);
        private readonly HashSet<long> _sizes = [.. manifest.Members.Select(m => m.Size)];
        private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase) { PackPath.Manifest };
        private readonly HashSet<string> _present = new(StringComparer.Ordinal);
        private readonly Dictionary<string, ZipArchiveEntry> _intact = new(StringComparer.Ordinal);
        private readonly Dictionary<long, TreeHash> _leaves = [];
        private readonly ImmutableArray<PackFinding>.Builder _findings = ImmutableArray.CreateBuilder<PackFinding>();
        private int _proved;

        internal PackReport Run(ZipArchive archive)
        {
            if (archive.Comment.Length > 0 || archive.Entries.Any(e => e.Comment.Length > 0))
                Find("(comment)", PackFault.Extra, "ZIP programs show a comment that nobody signed.");
            foreach (var entry in archive.Entries.Where(e => e.FullName != PackPath.Manifest))
                Look(entry);
            foreach (var member in manifest.Members.Where(m => !_present.Contains(m.Path)))
                Find(member.Path, PackFault.Missing, $"is listed with {member.Size} bytes but is not in the file.");
            foreach (var member in manifest.Members)
                Prove(member);
            return new PackReport(manifest, _proved, _findings.ToImmutable());
        }

        private void Look(ZipArchiveEntry entry)
        {
            var name = entry.FullName;
            var twice = !_taken.Add(name);
            if (twice)
                Find(name, PackFault.Duplicate, "is in the file more than once, or in another case.");
            if (!PackPath.IsSafe(name))
                Find(name, PackFault.Unsafe, "has a name that is not safe to unpack.");
            else if ((entry.ExternalAttributes >> 16 & FileKind) == SymbolicLink)
                Find(name, PackFault.Unsafe, "is marked as a symbolic link.");

            if (_listed.TryGetValue(name, out var member) && _present.Add(name))
                Compare(entry, member);
            else if (!twice && PackPath.IsSafe(name))
                Find(name, PackFault.Extra, "is not listed in the signed manifest" + Likeness(entry));
        }

        private void Compare(ZipArchiveEntry entry, PackMember member)
        {
            try
            {
                // Read on to the length it claims only when that tells which other member this might be.
                var most = _sizes.Contains(entry.Length) ? Math.Max(member.Size, entry.Length) : member.Size;
                if (PackReading.Hash(entry, most) is not { } content)
                    Find(member.Path, PackFault.Changed, $"has more than the {member.Size} bytes that are signed.");
                else if (Difference(content, member) is { } difference)
                    Find(member.Path, PackFault.Changed, difference);
                else
                    Keep(entry, content);
            }
            catch (Exception e) when (PackReading.IsDamage(e))
            {
                Find(member.Path, PackFault.Unreadable, $"cannot be unpacked: {e.Message}");
            }
        }

        private string? Difference(PackContent content, PackMember member)
        {
            if (content.Size == member.Size && content.Sha256 == member.Sha256)
                return null;
            var due = content.Size == member.Size
                ? $"has SHA-256 {content.Sha256} where {member.Sha256} is signed"
                : $"has {content.Size} bytes where {member.Size} are signed";
            return due + Others(content, except: member.Path);
        }

        private void Keep(ZipArchiveEntry entry, PackContent content)
        {
            _intact.Add(entry.FullName, entry);
            if (PackPath.IsLedgerEntry(entry.FullName, out var index))
                _leaves.Add(index, content.Leaf);
        }

        // A renamed member is easier to put right when the report says what it was.
        private string Likeness(ZipArchiveEntry entry)
        {
            try
            {
                return _sizes.Contains(entry.Length) && PackReading.Hash(entry, entry.Length) is { } content ? Others(content, except: null) : ".";
            }
            catch (Exception e) when (PackReading.IsDamage(e))
            {
                return ", and cannot be unpacked.";
            }
        }

        private string Others(PackContent content, string? except) =>
            _byContent[content.Sha256].FirstOrDefault(m => m.Path != except) is { } other ? $": it holds the bytes of {other.Path}." : ".";

        // A changed entry or proof is named already; what remains is whether those as signed belong together.
        private void Prove(PackMember member)
        {
            if (!PackPath.IsLedgerEntry(member.Path, out var index) || !_leaves.TryGetValue(index, out var leaf))
                return;
            var proof = PackPath.LedgerProof(index);
            if (!_listed.ContainsKey(proof))
                Find(member.Path, PackFault.NotInLog, $"has no proof: {proof} is not listed.");
            else if (_intact.TryGetValue(proof, out var entry))
                Prove(member.Path, index, leaf, entry);
        }

        private void Prove(string path, long index, TreeHash leaf, ZipArchiveEntry proof)
        {
            try
            {
                var bytes = PackReading.Bytes(proof, TlogProof.MaxBytes) ?? throw new UntrustedLogException("The proof is larger than is read.");
                var log = manifest.Log!;
                var proved = TlogProof.Parse(bytes).Verify(leaf, log.Note.SignedBy[0]);
                if (proved.Index != index)
                    Find(path, PackFault.NotInLog, $"is proved to be entry {proved.Index} of the log, not {index}.");
                else if (proved.Checkpoint is var other && (other.Size, other.Root) != (log.Size, log.Root))
                    Find(path, PackFault.NotInLog, $"is proved to a checkpoint of {other.Size} entries, not to the manifest's of {log.Size}.");
                else
                    _proved++;
            }
            catch (UntrustedLogException e)
            {
                Find(path, PackFault.NotInLog, $"is not proved to stand in the log: {e.Message}");
            }
        }

        private void Find(string member, PackFault fault, string detail) => _findings.Add(new PackFinding(Shown.Name(member), fault, detail));
    }
}
