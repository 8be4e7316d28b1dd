using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Aftercare.Trust.Log;

/// <param name="Name">Whose signature this claims to be.</param>
/// <param name="KeyId">Which of that name's keys it claims to be by.</param>
/// <param name="Bytes">In the form of that key's algorithm, which may be one unknown here.</param>
public sealed record NoteSignature(string Name, uint KeyId, ImmutableArray<byte> Bytes)
{
    internal string ToLine() => $"{Note.SignatureMark}{Name} {Convert.ToBase64String([.. BigEndian(KeyId), .. Bytes])}\n";

    private static byte[] BigEndian(uint id)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, id);
        return bytes;
    }
}

/// <summary>
/// A signed note (C2SP signed-note): lines of text, an empty line, lines of signatures. Parsing proves nothing:
/// the text is worth reading only after <see cref="Verify"/>.
/// </summary>
public sealed class Note
{
    /// <summary>The largest note that is read, in bytes: 1 MiB.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The most signatures that are read. The specification demands at least 16.</summary>
    public const int MaxSignatures = 64;

    internal const string SignatureMark = "\u2014 ";
    private const int MaxSignatureBytes = 8 * 1024;

    private Note(string text, ImmutableArray<NoteSignature> signatures) => (Text, Signatures) = (text, signatures);

    /// <value>Ends in a newline. Not to be trusted yet.</value>
    public string Text { get; }

    public ImmutableArray<NoteSignature> Signatures { get; }

    /// <exception cref="UntrustedLogException">Malformed, or beyond the limits.</exception>
    public static Note Parse(ReadOnlySpan<byte> bytes) => Parse(StrictText.Read(bytes, MaxBytes, "The note"));

    /// <param name="text">Ends in a newline, holds no other control characters, and no line of it could pass for a signature block.</param>
    /// <param name="signers">At least one.</param>
    /// <exception cref="ArgumentException">A text that would not be read back as it is.</exception>
    public static Note Sign(string text, params ReadOnlySpan<NoteSigner> signers)
    {
        var bytes = StrictText.Write(text);
        var signatures = ImmutableArray.CreateBuilder<NoteSignature>();
        foreach (var signer in signers)
            signatures.Add(new NoteSignature(signer.Key.Name, signer.Key.Id, [.. signer.Sign(bytes)]));

        var note = new Note(text, signatures.ToImmutable());
        return IsReadBack(note) ? note : throw new ArgumentException("This text cannot be signed as a note.", nameof(text));
    }

    /// <summary>
    /// Checks every signature that claims to be by a trusted key. Others, such as those of unknown witnesses, are ignored.
    /// </summary>
    /// <exception cref="UntrustedLogException">No trusted key signed, or a signature that claims one is false.</exception>
    public VerifiedNote Verify(params ReadOnlySpan<NoteKey> trusted)
    {
        var text = StrictText.Write(Text);
        var signedBy = ImmutableArray.CreateBuilder<NoteKey>();
        foreach (var key in trusted)
        {
            var claims = Signatures.Where(s => s.Name == key.Name && s.KeyId == key.Id).ToList();
            if (!claims.TrueForAll(s => key.Verifies(text, s.Bytes.AsSpan())))
                throw new UntrustedLogException($"The signature of {key.Name} on the note is false.");
            if (claims.Count > 0)
                signedBy.Add(key);
        }
        return signedBy.Count > 0
            ? new VerifiedNote(this, signedBy.ToImmutable())
            : throw new UntrustedLogException("The note is not signed by a trusted key.");
    }

    public byte[] ToBytes() => StrictText.Write(ToString());

    /// <summary>The note as it is exchanged.</summary>
    public override string ToString() => $"{Text}\n{string.Concat(Signatures.Select(s => s.ToLine()))}";

    internal static Note Parse(string note)
    {
        // The last empty line parts text from signatures; the text keeps its own final newline.
        var parting = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (parting < 0 || !note.EndsWith('\n'))
            throw new UntrustedLogException("The note has no empty line before its signatures, or does not end in a newline.");
        var lines = note[(parting + 2)..].Split('\n')[..^1];
        if (lines.Length is 0 or > MaxSignatures)
            throw new UntrustedLogException($"The note has {lines.Length} signatures; 1 to {MaxSignatures} are read.");
        return new Note(note[..(parting + 1)], [.. lines.Select(ParseSignature)]);
    }

    private static NoteSignature ParseSignature(string line, int index)
    {
        if (line.StartsWith(SignatureMark, StringComparison.Ordinal)
            && line[SignatureMark.Length..].Split(' ') is [var name, var encoded] && NoteKey.IsName(name)
            && StrictText.TryBase64(encoded, MaxSignatureBytes, out var bytes) && bytes.Length > sizeof(uint))
            return new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), [.. bytes[sizeof(uint)..]]);
        throw new UntrustedLogException($"Signature line {index + 1} of the note is malformed.");
    }

    private static bool IsReadBack(Note note)
    {
        try
        {
            return Parse(note.ToBytes()).Text == note.Text;
        }
        catch (UntrustedLogException)
        {
            return false;
        }
    }
}

/// <summary>A note that at least one trusted key signed. Holding one is the proof: it comes only from <see cref="Note.Verify"/>.</summary>
public sealed class VerifiedNote
{
    internal VerifiedNote(Note note, ImmutableArray<NoteKey> signedBy) => (Note, SignedBy) = (note, signedBy);

    public Note Note { get; }
    public string Text => Note.Text;

    /// <value>The trusted keys whose signatures verified, never empty.</value>
    public ImmutableArray<NoteKey> SignedBy { get; }
}
