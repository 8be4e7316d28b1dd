using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>
/// An address that mail can be sent to: <c>local@domain</c>, the local part a dot-atom of at most 64 bytes, the domain a host name. Quoted local
/// parts, address literals, comments and lists are not addresses here. Two are equal when local part (with its case) and domain are.
/// </summary>
public sealed record EmailAddress
{
    // RFC 5321 §4.5.3.1 and its erratum 1690: a path of 256 bytes with its angle brackets.
    private const int MostBytes = 254, MostLocalBytes = 64, MostLabel = 63;

    private static readonly IdnMapping Punycode = new() { UseStd3AsciiRules = true };

    private EmailAddress(string localPart, string domain) => (LocalPart, Domain) = (localPart, domain);

    public string LocalPart { get; }

    /// <value>Lower case, and in ASCII also where the domain is international: <c>xn--mller-kva.example</c>.</value>
    public string Domain { get; }

    /// <value>True where only a server with SMTPUTF8 (RFC 6531) can take mail for it: the local part is not ASCII.</value>
    public bool NeedsSmtpUtf8 => !Ascii.IsValid(LocalPart);

    public override string ToString() => $"{LocalPart}@{Domain}";

    /// <exception cref="MalformedMailException">Not an address; the message says why.</exception>
    public static EmailAddress Parse(string text) => Parse("The address", text);

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out EmailAddress? address) =>
        (address = text is null || Fault(text, out var found) is not null ? null : found) is not null;

    internal static EmailAddress Parse(string field, string text) =>
        Fault(text, out var address) is { } why ? throw new MalformedMailException(field, why) : address!;

    private static string? Fault(string text, out EmailAddress? address)
    {
        address = null;
        if (text.Length > MostBytes)
            return $"is longer than {MostBytes} characters";
        if (text.Any(char.IsControl))
            return "contains a control character";
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0 || text.IndexOf('@', at + 1) >= 0)
            return "is not of the form name@domain";
        var local = text[..at];
        if (!IsLocalPart(local))
            return "has characters before the @ that are not taken in an address";
        if (Encoding.UTF8.GetByteCount(local) > MostLocalBytes)
            return $"has more than {MostLocalBytes} bytes before the @";
        if (AsciiDomain(text[(at + 1)..]) is not { } domain)
            return "has a domain that is not a host name";
        var found = new EmailAddress(local, domain);
        if (Encoding.UTF8.GetByteCount(found.ToString()) > MostBytes)
            return $"is longer than {MostBytes} bytes";
        address = found;
        return null;
    }

    // RFC 6531 §3.3 adds every non-ASCII character to atext; those that cannot be seen would let two addresses look like one.
    private static bool IsLocalPart(string local)
    {
        var ascii = new StringBuilder();
        foreach (var rune in local.EnumerateRunes())
        {
            if (!rune.IsAscii && (rune == Rune.ReplacementChar || !(Rune.IsLetterOrDigit(rune) || IsMarkOrSymbol(rune))))
                return false;
            ascii.Append(rune.IsAscii ? rune.ToString() : "u");
        }
        return MailText.IsDotAtom(ascii.ToString());
    }

    private static bool IsMarkOrSymbol(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.OtherSymbol or UnicodeCategory.LetterNumber;

    internal static string? AsciiDomain(string domain)
    {
        string ascii;
        try
        {
            ascii = Punycode.GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
        var labels = ascii.Split('.');
        return labels.All(IsLabel) && !labels[^1].All(char.IsAsciiDigit) && !IPAddress.TryParse(ascii, out _) ? ascii : null;
    }

    private static bool IsLabel(string label) => label is { Length: > 0 and <= MostLabel }
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && label[0] != '-' && label[^1] != '-';
}
