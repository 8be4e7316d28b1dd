using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Aftercare.Trust.Log;

/// <summary>A SHA-256 hash in the log's tree: of one entry, or of all entries below a node. Compares by value; default is 32 zero bytes.</summary>
public readonly record struct TreeHash
{
    public const int Length = SHA256.HashSizeInBytes;

    private readonly ulong _a, _b, _c, _d;

    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public TreeHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException($"A tree hash has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Writes the 32 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The 44 characters that checkpoints and proofs carry (RFC 4648 §4).</summary>
    public string ToBase64() => Convert.ToBase64String(ToArray());

    /// <summary>Reads exactly what <see cref="ToBase64"/> writes, and no other spelling.</summary>
    public static bool TryFromBase64(string text, out TreeHash hash)
    {
        var read = StrictText.TryBase64(text, Length, out var bytes) && bytes.Length == Length;
        hash = read ? new TreeHash(bytes) : default;
        return read;
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
