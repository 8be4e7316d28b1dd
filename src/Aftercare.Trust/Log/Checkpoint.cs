using System.Collections.Immutable;
using System.Globalization;

namespace Aftercare.Trust.Log;

/// <summary>
/// What a log says of itself at one size (C2SP tlog-checkpoint). Made here or read from anywhere: only a
/// <see cref="VerifiedCheckpoint"/> is the log's word.
/// </summary>
public sealed record Checkpoint
{
    /// <exception cref="ArgumentException">An origin or extension line that is empty or holds a control character.</exception>
    public Checkpoint(string origin, long size, TreeHash root, params ImmutableArray<string> extensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (!extensions.Add(origin).All(IsLine))
            throw new ArgumentException("Every line of a checkpoint has text and no control characters.", nameof(origin));
        (Origin, Size, Root, Extensions) = (origin, size, root, extensions);
    }

    /// <value>Which log this is: an address without scheme, such as <c>example.com/log</c>.</value>
    public string Origin { get; }

    /// <value>Number of entries.</value>
    public long Size { get; }

    public TreeHash Root { get; }

    /// <value>Opaque lines after the third, kept as they are. We write none.</value>
    public ImmutableArray<string> Extensions { get; }

    /// <summary>Reads exactly what <see cref="ToString"/> writes: a number or hash in another spelling is refused.</summary>
    /// <exception cref="UntrustedLogException">Not the text of a checkpoint.</exception>
    public static Checkpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Split('\n') is not [var origin, var decimals, var base64, .. var extensions, ""] || !extensions.Prepend(origin).All(IsLine))
            throw new UntrustedLogException("A checkpoint has three or more lines, none empty, each ended by a newline.");
        if (!StrictText.TryDecimal(decimals, out var size))
            throw new UntrustedLogException("The second line of a checkpoint is not a size in plain decimal digits.");
        if (!TreeHash.TryFromBase64(base64, out var root))
            throw new UntrustedLogException("The third line of a checkpoint is not a root hash: base64 of 32 bytes.");
        return new Checkpoint(origin, size, root, [.. extensions]);
    }

    public Note Sign(params ReadOnlySpan<NoteSigner> signers) => Note.Sign(ToString(), signers);

    /// <summary>The note text: each line ended by a newline.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Root.ToBase64()}\n{string.Concat(Extensions.Select(e => e + "\n"))}");

    public bool Equals(Checkpoint? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static bool IsLine(string line) => line.Length > 0 && !line.Any(c => c < ' ');
}

/// <summary>
/// The log's own word on its size and root. Holding one is the proof: it comes only from <see cref="Open(Note, NoteKey, string?)"/>.
/// </summary>
public sealed class VerifiedCheckpoint
{
    private VerifiedCheckpoint(Checkpoint checkpoint, VerifiedNote note) => (Checkpoint, Note) = (checkpoint, note);

    public Checkpoint Checkpoint { get; }
    public VerifiedNote Note { get; }
    public string Origin => Checkpoint.Origin;
    public long Size => Checkpoint.Size;
    public TreeHash Root => Checkpoint.Root;

    /// <param name="note">The checkpoint as published.</param>
    /// <param name="logKey">The key trusted to speak for the log.</param>
    /// <param name="origin">The log that is expected; default: the key's name.</param>
    /// <exception cref="UntrustedLogException">Malformed, not signed by the key, or of another log.</exception>
    public static VerifiedCheckpoint Open(ReadOnlySpan<byte> note, NoteKey logKey, string? origin = null) =>
        Open(Log.Note.Parse(note), logKey, origin);

    /// <inheritdoc cref="Open(ReadOnlySpan{byte}, NoteKey, string?)"/>
    public static VerifiedCheckpoint Open(Note note, NoteKey logKey, string? origin = null)
    {
        ArgumentNullException.ThrowIfNull(note);
        ArgumentNullException.ThrowIfNull(logKey);
        var verified = note.Verify(logKey);
        var checkpoint = Checkpoint.Parse(verified.Text);
        return checkpoint.Origin == (origin ?? logKey.Name)
            ? new VerifiedCheckpoint(checkpoint, verified)
            : throw new UntrustedLogException($"The checkpoint is of the log {checkpoint.Origin}, not of {origin ?? logKey.Name}.");
    }

    /// <summary>Proves that this checkpoint's log is the earlier one with entries added and none changed.</summary>
    /// <param name="earlier">A checkpoint kept from before.</param>
    /// <param name="proof">See <see cref="MerkleTree.ConsistencyProof"/>.</param>
    /// <exception cref="UntrustedLogException">Another log, a smaller one, or one whose history was rewritten: the log has forked.</exception>
    public void RequireExtends(VerifiedCheckpoint earlier, ReadOnlySpan<TreeHash> proof)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        if (Origin != earlier.Origin)
            throw new UntrustedLogException($"The checkpoints are of two logs: {earlier.Origin} and {Origin}.");
        if (Size < earlier.Size)
            throw new UntrustedLogException($"The log {Origin} shrank from {earlier.Size} to {Size} entries.");
        if (Size == earlier.Size && Root != earlier.Root)
            throw new UntrustedLogException($"The log {Origin} has forked: two roots for {Size} entries.");
        if (!MerkleTree.IsConsistent(earlier.Size, earlier.Root, Size, Root, proof))
            throw new UntrustedLogException($"The log {Origin} of {Size} entries is not proved to start with the {earlier.Size} kept from before.");
    }
}
