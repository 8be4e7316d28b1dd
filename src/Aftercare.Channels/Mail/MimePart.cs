using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Aftercare.Channels.Mail;

/// <summary>
/// A mail or a part of one, read strictly: what two readers could read differently is refused. Nothing that is sent makes it throw. Lines may end
/// with LF alone, because files in mailboxes do.
/// </summary>
public sealed class MimePart
{
    private readonly ReadOnlyMemory<byte> _mail;

    internal MimePart(
        ReadOnlyMemory<byte> mail, int start, int end, ImmutableArray<MimeHeader> headers, MimeType type, ImmutableArray<MimePart> parts)
    {
        _mail = mail;
        (Start, End, Headers, Type, Parts) = (start, end, headers, type, parts);
    }

    public ImmutableArray<MimeHeader> Headers { get; }

    /// <value>Lower case; <c>text/plain</c> where nothing is said.</value>
    public string MediaType => Type.Name;

    /// <value>Of a multipart; not of a mail in a mail, which stays bytes.</value>
    public ImmutableArray<MimePart> Parts { get; }

    /// <summary>The body as it was sent.</summary>
    public ReadOnlyMemory<byte> Body => _mail[Start..End];

    internal int Start { get; }

    internal int End { get; }

    internal MimeType Type { get; }

    internal string Encoding => Header("Content-Transfer-Encoding")?.ToLowerInvariant() ?? "7bit";

    /// <returns>False with the place and the reason.</returns>
    public static bool TryRead(
        ReadOnlyMemory<byte> mail, MimeLimits limits, [NotNullWhen(true)] out MimePart? part, [NotNullWhen(false)] out MimeFault? fault)
    {
        (part, fault) = (null, null);
        try
        {
            part = new MimeReader(mail, limits).Read();
            return true;
        }
        catch (MimeFaultException e)
        {
            fault = e.Fault;
            return false;
        }
    }

    /// <summary>The first header of that name, whatever its case.</summary>
    public string? Header(string name) => Headers.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value;

    /// <summary>The body without its transfer encoding; null when it is not what the header says, or the encoding is not known.</summary>
    public byte[]? Content()
    {
        switch (Encoding)
        {
            case "7bit" or "8bit" or "binary":
                return Body.ToArray();
            case "quoted-printable":
                return QuotedPrintable.Decode(Body.Span);
            case "base64":
                var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(Body.Length)];
                var status = Base64.DecodeFromUtf8(Body.Span, decoded, out _, out var written);
                return status == OperationStatus.Done ? decoded[..written] : null;
            default:
                return null;
        }
    }
}
