using System.Security.Cryptography;
using System.Text;

namespace Aftercare.Mail;

/// <summary>
/// What a mail's envelope sender carries behind a plus, so that its bounce says which mail it was (VERP), and nobody else can say so: the mail's id and
/// 80 bits of an HMAC over it, in lower-case base32, because servers on the way may change the case of an address.
/// </summary>
public static class ReturnTag
{
    private const string Digits = "abcdefghijklmnopqrstuvwxyz234567";
    private const int IdDigits = 26, MacDigits = 16, MacBytes = 10;

    /// <value>21 bytes before the plus: with the tag that makes the 64 that RFC 5321 §4.5.3.1.1 allows.</value>
    public const int MaxLocalPart = 64 - 1 - IdDigits - MacDigits;

    /// <param name="key">32 bytes that only this installation knows.</param>
    /// <returns>42 letters and digits.</returns>
    public static string Of(Guid mail, ReadOnlySpan<byte> key) => Base32(mail.ToByteArray(bigEndian: true)) + Base32(Mac(mail, key));

    /// <summary>The mail that a local part names; null where it has no tag, or one that we have not made.</summary>
    /// <param name="localPart">Of an address that a stranger wrote.</param>
    public static Guid? Read(string localPart, ReadOnlySpan<byte> key)
    {
        var tag = localPart[(localPart.LastIndexOf('+') + 1)..].ToLowerInvariant();
        if (tag.Length == localPart.Length || tag.Length != IdDigits + MacDigits || Unbase32(tag[..IdDigits]) is not { } id)
            return null;
        var mail = new Guid(id, bigEndian: true);
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(tag), Encoding.ASCII.GetBytes(Of(mail, key))) ? mail : null;
    }

    private static byte[] Mac(Guid mail, ReadOnlySpan<byte> key) => HMACSHA256.HashData(key, mail.ToByteArray(bigEndian: true))[..MacBytes];

    private static string Base32(byte[] bytes)
    {
        var text = new StringBuilder();
        for (var bit = 0; bit < bytes.Length * 8; bit += 5)
        {
            var pair = (bytes[bit / 8] << 8) | (bit / 8 + 1 < bytes.Length ? bytes[bit / 8 + 1] : 0);
            text.Append(Digits[(pair >> (11 - bit % 8)) & 31]);
        }
        return text.ToString();
    }

    private static byte[]? Unbase32(string text)
    {
        var bytes = new byte[text.Length * 5 / 8];
        var (held, bits, at) = (0, 0, 0);
        foreach (var digit in text.Select(c => Digits.IndexOf(c, StringComparison.Ordinal)))
        {
            if (digit < 0)
                return null;
            (held, bits) = (((held << 5) | digit) & 0xFFF, bits + 5);
            if (bits < 8)
                continue;
            bits -= 8;
            bytes[at++] = (byte)((held >> bits) & 0xFF);
        }
        return bytes;
    }
}
