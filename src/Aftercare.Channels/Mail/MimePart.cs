using System.Collections.Immutable;

namespace Aftercare.Channels.Mail;

/// <summary>A place in the bytes of a mail.</summary>
/// <param name="Start">Bytes from the start of the mail.</param>
public readonly record struct ByteRange(int Start, int Length)
{
    public int End => Start + Length;
}

/// <summary>A mail, a mail in a mail, or a part of one.</summary>
public sealed class MimePart
{
    private readonly ReadOnlyMemory<byte> _mail;

    internal MimePart(ReadOnlyMemory<byte> mail, int start, ImmutableArray<MimeHeader> headers, MimeType type, MimeType? disposition)
    {
        (_mail, Start, Headers, Type, Disposition) = (mail, start, headers, type, disposition);
        var encoding = Header("Content-Transfer-Encoding")?.Split(' ', '(', ';')[0].Trim('"').ToLowerInvariant();
        Encoding = encoding is null or "" ? "7bit" : encoding;
    }

    public ImmutableArray<MimeHeader> Headers { get; }

    /// <value>Lower case; <c>text/plain</c> where nothing or nonsense is said (RFC 2045 §5.2), <c>message/rfc822</c> in a digest.</value>
    public string MediaType => Type.Name;

    /// <value>Of a multipart, or the one mail in a <c>message/rfc822</c>. A mail that is encoded as a whole, which RFC 2046 §5.2.1 forbids, stays bytes.</value>
    public ImmutableArray<MimePart> Parts { get; internal set; } = [];

    /// <summary>The body as it was sent.</summary>
    public ReadOnlyMemory<byte> Body => _mail[BodyRange.Start..BodyRange.End];

    public ByteRange BodyRange { get; internal set; }

    /// <value>Headers and body, without the line end that belongs to the boundary: what a signature over the part is over (RFC 1847 §2.1).</value>
    public ByteRange Range => new(Start, BodyRange.End - Start);

    /// <value>What stands before the first part of a multipart; readers do not show it.</value>
    public ByteRange Preamble { get; internal set; }

    /// <value>What stands behind the last part of a multipart; readers do not show it.</value>
    public ByteRange Epilogue { get; internal set; }

    /// <value>As it was written, decoded but not made safe: for a file on a disk or a page take <see cref="MailFile.Name"/>.</value>
    public string? DeclaredName => Disposition?.Parameters.GetValueOrDefault("filename") ?? Type.Parameters.GetValueOrDefault("name");

    /// <value>Without its angle brackets.</value>
    public string? ContentId => Header("Content-ID")?.Trim('<', '>', ' ');

    internal int Start { get; }

    internal MimeType Type { get; }

    internal MimeType? Disposition { get; }

    internal string Encoding { get; }

    internal bool IsAttached => Disposition is { Name: not "inline" };

    internal bool IsMultipart => MediaType.StartsWith("multipart/", StringComparison.Ordinal);

    internal bool IsEncoded => TransferDecoder.Names.Contains(Encoding);

    /// <summary>The first header of that name, whatever its case: the value without folds.</summary>
    public string? Header(string name) => Find(name)?.Value;

    /// <summary>The body without its transfer encoding, decoded as it is read. What is not of the encoding is left out (RFC 2045 §6.8) or kept as it stands (§6.7);
    /// where the encoding is not known, the bytes as they were sent.</summary>
    public Stream Open() => new TransferDecoder(Body, Encoding);

    /// <summary>The same at once.</summary>
    public byte[] Content()
    {
        if (!IsEncoded)
            return Body.ToArray();
        using var content = Open();
        using var bytes = new MemoryStream(Body.Length);
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    internal MimeHeader? Find(string name)
    {
        foreach (var header in Headers)
        {
            if (header.Is(name))
                return header;
        }
        return null;
    }
}
