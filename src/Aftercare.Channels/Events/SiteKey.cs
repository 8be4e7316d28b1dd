using System.Security.Cryptography;
using System.Text;

namespace Aftercare.Channels.Events;

/// <summary>
/// The secret by which one site's pseudonyms are made: HMAC-SHA-256, of which the first 16 bytes are kept, as 32 hex digits. The same person has the
/// same pseudonym in all events of a site and another at every other site. Whoever has the key can try names; destroy it and pseudonyms mean nothing
/// any more.
/// </summary>
public sealed class SiteKey
{
    private const int LeastBytes = 32, KeptBytes = 16;
    private readonly byte[] _key;

    /// <exception cref="ArgumentException">The key has fewer than 32 bytes, or there is no site.</exception>
    public SiteKey(string site, ReadOnlySpan<byte> key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(site);
        if (key.Length < LeastBytes)
            throw new ArgumentException($"A site's key has at least {LeastBytes} bytes.", nameof(key));
        (Site, _key) = (site, key.ToArray());
    }

    public string Site { get; }

    /// <param name="domain">What kind of thing the value names, so that a host and a person of the same spelling stay apart.</param>
    internal string Pseudonym(string domain, string value) => Keyed(domain, Encoding.UTF8.GetBytes(value));

    /// <summary>The same for the same message; without the key, nobody can find out what the message was by trying.</summary>
    internal string Fingerprint(ReadOnlySpan<byte> message) => Keyed("message", message);

    private string Keyed(string domain, ReadOnlySpan<byte> value)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        mac.AppendData(Encoding.UTF8.GetBytes($"aftercare-event/1\0{Site}\0{domain}\0"));
        mac.AppendData(value);
        return Convert.ToHexStringLower(mac.GetHashAndReset().AsSpan(0, KeptBytes));
    }
}
