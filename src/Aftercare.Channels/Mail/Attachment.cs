namespace Aftercare.Channels.Mail;

/// <summary>A file that goes with a mail.</summary>
public sealed record Attachment
{
    private const int MostType = 127;

    /// <param name="name">The file's name, without folders and without <c>=?</c>; at most 200 characters.</param>
    /// <param name="mediaType">E.g. <c>application/pdf</c>, without parameters. Not <c>multipart/…</c> or <c>message/…</c>: those may not be
    /// carried in base64 (RFC 2045 §6.4).</param>
    /// <exception cref="MalformedMailException">Name or type cannot stand in a header.</exception>
    public Attachment(string name, string mediaType, ReadOnlyMemory<byte> content)
    {
        Name = MailText.OneLine("The attachment's name", name, 200);
        if (name.Length == 0 || name.AsSpan().ContainsAny('/', '\\'))
            throw new MalformedMailException("The attachment's name", "is empty or names a folder");
        // Readers decode encoded words here too, however the name is written and although RFC 2047 §5 forbids it.
        if (name.Contains("=?", StringComparison.Ordinal))
            throw new MalformedMailException("The attachment's name", "contains =?, which readers take for an encoded word");
        MediaType = mediaType.ToLowerInvariant();
        if (mediaType.Length > MostType || mediaType.Split('/') is not [var type, var subtype] || !IsToken(type) || !IsToken(subtype))
            throw new MalformedMailException("The attachment's media type", "is not of the form type/subtype");
        if (MediaType.StartsWith("multipart/", StringComparison.Ordinal) || MediaType.StartsWith("message/", StringComparison.Ordinal))
            throw new MalformedMailException("The attachment's media type", "is not one of a file");
        Content = content;
    }

    public string Name { get; }

    public string MediaType { get; }

    public ReadOnlyMemory<byte> Content { get; }

    // RFC 6838 §4.2
    private static bool IsToken(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || "!#$&-^_.+".Contains(c));
}
