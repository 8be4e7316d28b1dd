namespace Aftercare.Server.Platform.Keys;

/// <summary>
/// A data key as it may be stored beside the data: encrypted under a named key-encryption key and bound to the thing it opens.
/// Dropping every copy of it erases what it sealed.
/// </summary>
public sealed class WrappedKey : IEquatable<WrappedKey>
{
    /// <summary>Length of <see cref="ToBytes"/>, always.</summary>
    public const int EncodedBytes = 1 + KeyEncryptionKey.IdBytes + BoxBytes;

    internal const int BoxBytes = GcmBox.KeyBytes + GcmBox.Overhead;
    private const byte Version = 1;

    private readonly byte[] _box;

    internal WrappedKey(string kekId, byte[] box) => (KekId, _box) = (kekId, box);

    /// <summary>Which key unwraps it, e.g. <c>kek-1a2b3c4d</c>. Rotation looks for those that do not name the current one.</summary>
    public string KekId { get; }

    internal ReadOnlySpan<byte> Box => _box;

    /// <summary>65 bytes for one column: version, the id's 4 bytes, nonce, encrypted key, tag.</summary>
    public byte[] ToBytes() => [Version, .. KeyEncryptionKey.IdToBytes(KekId), .. _box];

    /// <summary>Reads <see cref="ToBytes"/>. Whether it opens is seen only when it is unwrapped.</summary>
    /// <exception cref="SealBrokenException">Another length or version.</exception>
    public static WrappedKey FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != EncodedBytes)
            throw new SealBrokenException($"A wrapped key has {EncodedBytes} bytes; this has {bytes.Length}.");
        if (bytes[0] != Version)
            throw new SealBrokenException($"This wrapped key is of version {bytes[0]}; version {Version} is known.");
        return new WrappedKey(
            KeyEncryptionKey.IdFromBytes(bytes.Slice(1, KeyEncryptionKey.IdBytes)),
            bytes[(1 + KeyEncryptionKey.IdBytes)..].ToArray());
    }

    public bool Equals(WrappedKey? other) => other is not null && KekId == other.KekId && Box.SequenceEqual(other.Box);

    public override bool Equals(object? obj) => Equals(obj as WrappedKey);

    public override int GetHashCode() => BitConverter.ToInt32(_box);

    public override string ToString() => $"key wrapped under {KekId}";
}
