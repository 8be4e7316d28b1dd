using System.Collections.Immutable;
using System.Globalization;

namespace Aftercare.Trust.Log;

/// <summary>
/// Proof that an entry stands in the log, checkable without a network (C2SP tlog-proof): its index, its path to the root,
/// and the log's signed checkpoint.
/// </summary>
public sealed class TlogProof
{
    /// <summary>The largest proof that is read, in bytes: 1 MiB, nearly all of it for cosignatures.</summary>
    public const int MaxBytes = 1 << 20;

    private const string Header = "c2sp.org/tlog-proof@v1";
    private const int MaxExtraBytes = 64 * 1024;

    private TlogProof(long index, ImmutableArray<TreeHash> path, Note checkpoint, ImmutableArray<byte>? extra) =>
        (Index, Path, Checkpoint, Extra) = (index, path, checkpoint, extra);

    /// <value>The entry's place in the log, from 0. Claimed until verified, like all else here.</value>
    public long Index { get; }

    /// <value>From the leaf's sibling up to the root's child; at most 64 hashes.</value>
    public ImmutableArray<TreeHash> Path { get; }

    public Note Checkpoint { get; }

    /// <value>Opaque and never authenticated; null when the proof has none. We write none.</value>
    public ImmutableArray<byte>? Extra { get; }

    /// <summary>Makes the proof of one entry out of the tiles, and verifies it before it leaves the house.</summary>
    /// <param name="index">The entry's place in the log, smaller than the checkpoint's size.</param>
    /// <param name="tiles">Of the checkpoint's size.</param>
    /// <param name="checkpoint">The one to prove to.</param>
    /// <exception cref="UntrustedLogException">The tiles do not lead to the checkpoint's root: they are damaged or of another log.</exception>
    public static TlogProof Make(long index, TileReader tiles, VerifiedCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (tiles.Size != checkpoint.Size)
            throw new ArgumentException($"The tiles are read for {tiles.Size} entries, the checkpoint has {checkpoint.Size}.", nameof(tiles));
        var path = tiles.InclusionProof(index);
        if (!MerkleTree.IsIncluded(tiles.Leaf(index), index, checkpoint.Size, checkpoint.Root, path.AsSpan()))
            throw new UntrustedLogException($"The tiles do not lead from entry {index} to the root of {checkpoint.Size} entries.");
        return new TlogProof(index, path, checkpoint.Note.Note, null);
    }

    /// <exception cref="UntrustedLogException">Malformed, or beyond the limits.</exception>
    public static TlogProof Parse(ReadOnlySpan<byte> bytes)
    {
        var text = StrictText.Read(bytes, MaxBytes, "The proof");
        var parting = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (parting < 0)
            throw new UntrustedLogException("The proof has no empty line before its checkpoint.");
        var lines = text[..parting].Split('\n', MerkleTree.MaxProofLength + 4);
        if (lines[0] != Header)
            throw new UntrustedLogException($"The proof does not start with {Header}.");

        var extra = ParseExtra(lines.ElementAtOrDefault(1));
        var rest = lines.AsSpan(extra is null ? 1 : 2);
        var index = ParseIndex(rest);
        var path = ParsePath(rest[1..]);
        return new TlogProof(index, path, Note.Parse(text[(parting + 2)..]), extra);
    }

    /// <summary>Checks that the log vouches for this leaf at this index.</summary>
    /// <param name="leaf">Hashed by the caller from the entry's own bytes: <see cref="MerkleTree.LeafHash"/>.</param>
    /// <param name="logKey">The key trusted to speak for the log.</param>
    /// <param name="origin">The log that is expected; default: the key's name.</param>
    /// <exception cref="UntrustedLogException">The checkpoint is not the log's, or the entry is not in it.</exception>
    public VerifiedInclusion Verify(TreeHash leaf, NoteKey logKey, string? origin = null)
    {
        var checkpoint = VerifiedCheckpoint.Open(Checkpoint, logKey, origin);
        return MerkleTree.IsIncluded(leaf, Index, checkpoint.Size, checkpoint.Root, Path.AsSpan())
            ? new VerifiedInclusion(Index, leaf, checkpoint)
            : throw new UntrustedLogException($"The entry is not proved to be number {Index} of the {checkpoint.Size} in {checkpoint.Origin}.");
    }

    public byte[] ToBytes() => StrictText.Write(ToString());

    /// <summary>The proof as it is exchanged, in a file that ends in <c>.tlog-proof</c>.</summary>
    public override string ToString()
    {
        var extra = Extra is { } bytes ? $"extra {Convert.ToBase64String(bytes.AsSpan())}\n" : "";
        var path = string.Concat(Path.Select(h => h.ToBase64() + "\n"));
        return string.Create(CultureInfo.InvariantCulture, $"{Header}\n{extra}index {Index}\n{path}\n{Checkpoint}");
    }

    private static ImmutableArray<byte>? ParseExtra(string? line)
    {
        if (line is null || !line.StartsWith("extra ", StringComparison.Ordinal))
            return null;
        return StrictText.TryBase64(line["extra ".Length..], MaxExtraBytes, out var bytes)
            ? [.. bytes]
            : throw new UntrustedLogException($"The proof's extra line is not base64 of at most {MaxExtraBytes} bytes.");
    }

    private static long ParseIndex(ReadOnlySpan<string> lines) =>
        lines is [var line, ..] && line.StartsWith("index ", StringComparison.Ordinal)
        && StrictText.TryDecimal(line["index ".Length..], out var index)
            ? index
            : throw new UntrustedLogException("The proof has no index in plain decimal digits where one is due.");

    private static ImmutableArray<TreeHash> ParsePath(ReadOnlySpan<string> lines)
    {
        if (lines.Length > MerkleTree.MaxProofLength)
            throw new UntrustedLogException($"The proof has more than {MerkleTree.MaxProofLength} hashes.");
        var path = ImmutableArray.CreateBuilder<TreeHash>(lines.Length);
        foreach (var line in lines)
            path.Add(TreeHash.TryFromBase64(line, out var hash)
                ? hash
                : throw new UntrustedLogException($"Hash {path.Count + 1} of the proof is not base64 of 32 bytes."));
        return path.MoveToImmutable();
    }
}

/// <summary>An entry that the log vouches for. Holding one is the proof: it comes only from <see cref="TlogProof.Verify"/>.</summary>
public sealed class VerifiedInclusion
{
    internal VerifiedInclusion(long index, TreeHash leaf, VerifiedCheckpoint checkpoint) =>
        (Index, Leaf, Checkpoint) = (index, leaf, checkpoint);

    public long Index { get; }
    public TreeHash Leaf { get; }
    public VerifiedCheckpoint Checkpoint { get; }
}
