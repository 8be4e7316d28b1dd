using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Aftercare.Trust.Keys;

namespace Aftercare.Trust.Log;

/// <summary>
/// A named Ed25519 key that verifies notes (C2SP signed-note, signature type 0x01). Its text, such as
/// <c>example.com/log+0123abcd+AbC…</c>, is what people compare and configure.
/// </summary>
public sealed class NoteKey : IEquatable<NoteKey>
{
    private const byte Ed25519Type = 0x01;
    private const int MaxNameLength = 256;

    /// <exception cref="ArgumentException">A name with a space, a plus or a control character, or a key that is not 32 bytes.</exception>
    public NoteKey(string name, ReadOnlySpan<byte> publicKey)
    {
        if (!IsName(name))
            throw new ArgumentException($"A note key's name has 1 to {MaxNameLength} characters, none a space, plus or control.", nameof(name));
        if (publicKey.Length != Ed25519.PublicKeyLength)
            throw new ArgumentException($"An Ed25519 public key has {Ed25519.PublicKeyLength} bytes, not {publicKey.Length}.", nameof(publicKey));
        Name = name;
        PublicKey = [.. publicKey];
        Id = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. StrictText.Write(name), (byte)'\n', Ed25519Type, .. publicKey]));
    }

    public string Name { get; }

    /// <value>The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key): finds a key, proves nothing.</value>
    public uint Id { get; }

    /// <value>32 bytes (RFC 8032 §5.1.5).</value>
    public ImmutableArray<byte> PublicKey { get; }

    public bool Verifies(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) =>
        Ed25519.Verify(PublicKey.AsSpan(), text, signature);

    /// <summary>Reads exactly what <see cref="ToString"/> writes; the id must fit the name and key.</summary>
    /// <exception cref="UntrustedLogException">Not a verifier key, or one of another signature type.</exception>
    public static NoteKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // A plus may occur in the base64 but not in the name, so only the first two part.
        if (text.Split('+', 3) is not [var name, { Length: 8 }, var encoded] || !IsName(name)
            || !StrictText.TryBase64(encoded, 1 + Ed25519.PublicKeyLength, out var typed)
            || typed is not [Ed25519Type, .. { Length: Ed25519.PublicKeyLength } publicKey])
            throw new UntrustedLogException(
                "A log's verifier key reads name+id+key: 8 hexadecimal digits, then base64 of 0x01 and 32 bytes of Ed25519.");

        var key = new NoteKey(name, publicKey);
        return key.ToString() == text ? key : throw new UntrustedLogException($"The verifier key of {name} does not have the id it states.");
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}+{Id:x8}+{Convert.ToBase64String([Ed25519Type, .. PublicKey])}");

    public bool Equals(NoteKey? other) => other is not null && Name == other.Name && PublicKey.AsSpan().SequenceEqual(other.PublicKey.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as NoteKey);

    public override int GetHashCode() => HashCode.Combine(Name, Id);

    internal static bool IsName(string? name) =>
        name is { Length: > 0 and <= MaxNameLength } && !name.Any(c => c == '+' || char.IsWhiteSpace(c) || char.IsControl(c));
}

/// <summary>The power to sign notes as a key, wherever its private half lives.</summary>
/// <param name="Key">What verifies the signatures.</param>
/// <param name="Sign">Gives the 64-byte Ed25519 signature of exactly these bytes.</param>
public sealed record NoteSigner(NoteKey Key, Func<byte[], byte[]> Sign)
{
    /// <summary>Signs with a seed held in memory.</summary>
    /// <param name="name">The key's name; a log uses its origin.</param>
    /// <param name="seed">32 bytes, copied.</param>
    public static NoteSigner FromSeed(string name, ReadOnlySpan<byte> seed)
    {
        var copy = seed.ToArray();
        return new NoteSigner(new NoteKey(name, Ed25519.PublicKey(copy)), text => Ed25519.Sign(copy, text));
    }
}
