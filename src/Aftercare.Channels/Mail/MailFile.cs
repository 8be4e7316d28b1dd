using System.Globalization;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>What a file is in its mail.</summary>
public enum FileRole
{
    Attached,

    /// <summary>Shown within the text, e.g. a picture; or a text with a name, which is part of the body too.</summary>
    Inline,

    /// <summary>Another form of the text that is shown, e.g. its HTML. It may say something else.</summary>
    Alternative,
}

/// <summary>A file of a mail: hostile until proven otherwise. Never opened, never served inline.</summary>
public sealed class MailFile
{
    private const int LongestName = 120;

    internal MailFile(MimePart part, FileRole role, int number)
    {
        (Part, Role) = (part, role);
        Name = SafeName(part, number);
    }

    /// <value>Of 1 to 120 characters; without folders, control and direction characters, and no device of Windows.</value>
    public string Name { get; }

    /// <value>What the sender says; lower case.</value>
    public string MediaType => Part.MediaType;

    public FileRole Role { get; }

    public MimePart Part { get; }

    /// <value>Outlook's own container (TNEF): the files within stay in it.</value>
    public bool IsTnef => MediaType is "application/ms-tnef" or "application/vnd.ms-tnef" || Name.Equals("winmail.dat", StringComparison.OrdinalIgnoreCase);

    /// <summary>The content, decoded as it is read.</summary>
    public Stream Open() => Part.Open();

    /// <summary>Bytes of the content; reads it once.</summary>
    public long Measure()
    {
        if (!Part.IsEncoded)
            return Part.BodyRange.Length;
        using var content = Open();
        var buffer = new byte[16 * 1024];
        var length = 0L;
        for (int read; (read = content.Read(buffer)) > 0;)
            length += read;
        return length;
    }

    private static string SafeName(MimePart part, int number)
    {
        var declared = part.DeclaredName ?? "";
        var name = new StringBuilder();
        foreach (var rune in declared[(declared.LastIndexOfAny(['/', '\\']) + 1)..].EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
                continue;
            name.Append(rune.Value is '<' or '>' or ':' or '"' or '|' or '?' or '*' ? "_" : rune.ToString());
        }
        var safe = Shorter(name.ToString().Trim(' ', '.'));
        if (safe.Length == 0)
            return part.MediaType is "application/ms-tnef" or "application/vnd.ms-tnef" ? "winmail.dat" : $"file-{number}{Extension(part.MediaType)}";
        return IsDevice(safe.Split('.')[0].Trim()) ? "_" + safe : safe;
    }

    // Cut before the extension, which says what it is; never through a character of two halves.
    private static string Shorter(string name)
    {
        if (name.Length <= LongestName)
            return name;
        var dot = name.LastIndexOf('.');
        var extension = dot > 0 && name.Length - dot <= 20 ? name[dot..] : "";
        var stem = name[..(LongestName - extension.Length)];
        if (char.IsHighSurrogate(stem[^1]))
            stem = stem[..^1];
        return stem.TrimEnd(' ', '.') + extension;
    }

    private static bool IsDevice(string stem) => stem.ToUpperInvariant() is "CON" or "PRN" or "AUX" or "NUL"
        or ['C', 'O', 'M', >= '0' and <= '9'] or ['L', 'P', 'T', >= '0' and <= '9'];

    private static string Extension(string mediaType) => mediaType switch
    {
        "message/rfc822" or "message/global" => ".eml",
        "text/plain" or "message/delivery-status" or "text/rfc822-headers" => ".txt",
        "text/html" => ".html",
        "text/calendar" => ".ics",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "application/pdf" => ".pdf",
        "application/pgp-signature" or "application/pgp-keys" => ".asc",
        "application/pkcs7-mime" or "application/x-pkcs7-mime" => ".p7m",
        "application/pkcs7-signature" or "application/x-pkcs7-signature" => ".p7s",
        _ => ".bin",
    };
}
