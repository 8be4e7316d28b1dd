using System.Security.Cryptography;

namespace Aftercare.Server.Platform.Keys;

/// <summary>
/// A small secret under a data key of its own, the wrapped key travelling with it. As bytes: the wrapped key (65, its first byte the
/// version of the whole), then nonce (12), ciphertext, tag (16).
/// </summary>
public sealed record SealedValue(WrappedKey Key, ReadOnlyMemory<byte> Box)
{
    internal const int MaxPlainBytes = 1 << 20;
    internal const int Overhead = WrappedKey.EncodedBytes + GcmBox.Overhead;
    private const string Purpose = "sealed value 1";

    internal static SealedValue Seal(KeyEncryptionKey under, string context, ReadOnlySpan<byte> plain)
    {
        if (plain.Length > MaxPlainBytes)
            throw new ArgumentException($"A sealed value holds at most {MaxPlainBytes} bytes; this has {plain.Length}. Larger things are blobs.", nameof(plain));
        var dataKey = RandomNumberGenerator.GetBytes(GcmBox.KeyBytes);
        try
        {
            return new SealedValue(under.Wrap(context, dataKey), GcmBox.Close(dataKey, plain, GcmBox.Bind(Purpose, context)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    internal byte[] Open(string context, ReadOnlySpan<byte> dataKey)
    {
        try
        {
            return GcmBox.Open(dataKey, Box.Span, GcmBox.Bind(Purpose, context));
        }
        catch (CryptographicException e)
        {
            throw new SealBrokenException($"The sealed value of '{context}' does not open: it was altered.", e);
        }
    }

    internal byte[] ToBytes() => [.. Key.ToBytes(), .. Box.Span];

    internal static SealedValue FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < Overhead or > Overhead + MaxPlainBytes)
            throw new SealBrokenException($"A sealed value has {Overhead} to {Overhead + MaxPlainBytes} bytes; this has {bytes.Length}.");
        return new SealedValue(WrappedKey.FromBytes(bytes[..WrappedKey.EncodedBytes]), bytes[WrappedKey.EncodedBytes..].ToArray());
    }
}
