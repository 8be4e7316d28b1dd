using System.Security.Cryptography;

namespace Aftercare.Server.Platform.Keys;

/// <summary>
/// A key that encrypts only other keys. Its id comes from the key itself (first 4 bytes of HMAC-SHA-256 over a fixed text), so a file
/// under the wrong name, or with a rotten byte, is noticed when it is opened and not when a report cannot be read.
/// </summary>
public sealed class KeyEncryptionKey
{
    /// <summary>256 bits, for AES-256-GCM.</summary>
    public const int Bytes = GcmBox.KeyBytes;

    internal const int IdBytes = 4;
    private const string IdPrefix = "kek-";
    private const string WrapPurpose = "wrapped key 1";

    private readonly byte[] _key;

    private KeyEncryptionKey(byte[] key)
    {
        _key = key;
        Id = IdFromBytes(HMACSHA256.HashData(key, "aftercare key-encryption key id"u8).AsSpan(0, IdBytes));
    }

    /// <summary><c>kek-</c> and 8 lower-case hexadecimal digits.</summary>
    public string Id { get; }

    public static KeyEncryptionKey Generate() => new(RandomNumberGenerator.GetBytes(Bytes));

    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static KeyEncryptionKey From(ReadOnlySpan<byte> key) => key.Length == Bytes
        ? new KeyEncryptionKey(key.ToArray())
        : throw new ArgumentException($"A key-encryption key has {Bytes} bytes; this has {key.Length}.", nameof(key));

    /// <summary>Encrypts a data key for keeping. <paramref name="context"/> names what it opens, and is needed again to unwrap it.</summary>
    public WrappedKey Wrap(string context, ReadOnlySpan<byte> dataKey)
    {
        if (dataKey.Length != GcmBox.KeyBytes)
            throw new ArgumentException($"A data key has {GcmBox.KeyBytes} bytes; this has {dataKey.Length}.", nameof(dataKey));
        return new WrappedKey(Id, GcmBox.Close(_key, dataKey, GcmBox.Bind(WrapPurpose, context)));
    }

    /// <returns>The data key, 32 bytes; the caller zeroes it after use.</returns>
    /// <exception cref="SealBrokenException">Wrapped under another key or for another context, or altered.</exception>
    public byte[] Unwrap(string context, WrappedKey wrapped)
    {
        if (wrapped.KekId != Id)
            throw new SealBrokenException($"The key of '{context}' is wrapped under {wrapped.KekId}, not under {Id}.");
        try
        {
            return GcmBox.Open(_key, wrapped.Box, GcmBox.Bind(WrapPurpose, context));
        }
        catch (CryptographicException e)
        {
            throw new SealBrokenException($"The key of '{context}' does not unwrap under {Id}: it was altered, or it belongs to something else.", e);
        }
    }

    /// <summary>The id alone, so that a key never gets into a log.</summary>
    public override string ToString() => Id;

    internal ReadOnlySpan<byte> Secret => _key;

    internal static string IdFromBytes(ReadOnlySpan<byte> id) => IdPrefix + Convert.ToHexStringLower(id);

    internal static byte[] IdToBytes(string id) => Convert.FromHexString(id.AsSpan(IdPrefix.Length));

    internal static bool IsId(string text) =>
        text.Length == IdPrefix.Length + (2 * IdBytes) && text.StartsWith(IdPrefix, StringComparison.Ordinal)
        && text.Skip(IdPrefix.Length).All(char.IsAsciiHexDigitLower);
}
