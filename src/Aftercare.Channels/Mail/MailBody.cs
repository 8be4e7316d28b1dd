using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>
/// What a mail says, to be shown as plain text, and its files. Every part that is not in the text is among the files, so that nothing is lost; ciphertext is in
/// <see cref="Protections"/> and never in the text.
/// </summary>
public sealed class MailBody
{
    private readonly MimeLimits _limits;
    private readonly StringBuilder _text = new();
    private readonly ImmutableArray<MailFile>.Builder _files = ImmutableArray.CreateBuilder<MailFile>();
    private readonly ImmutableArray<Protection>.Builder _protections = ImmutableArray.CreateBuilder<Protection>();

    private MailBody(MimeMessage mail)
    {
        _limits = mail.Limits;
        Walk(mail.Root);
        if (_text.Length > _limits.MostText)
        {
            var length = char.IsHighSurrogate(_text[_limits.MostText - 1]) ? _limits.MostText - 1 : _limits.MostText;
            _text.Length = length;
            IsCut = true;
        }
        (Text, Files, Protections) = (_text.ToString(), _files.ToImmutable(), _protections.ToImmutable());
    }

    /// <value>Lines end with LF; control characters other than tab are taken out. Direction characters stay: whoever shows it isolates it.</value>
    public string Text { get; }

    /// <value>The text was longer than <see cref="MimeLimits.MostText"/>.</value>
    public bool IsCut { get; private set; }

    /// <value>Some of the text was HTML; its source is among the files.</value>
    public bool IsFromHtml { get; private set; }

    /// <value>In the order of the mail.</value>
    public ImmutableArray<MailFile> Files { get; }

    public ImmutableArray<Protection> Protections { get; }

    public static MailBody Of(MimeMessage mail) => new(mail);

    private static bool IsPlain(MimePart part) => part is { MediaType: "text/plain", IsAttached: false };

    private static bool IsHtml(MimePart part) => part is { MediaType: "text/html", IsAttached: false };

    private void Walk(MimePart part)
    {
        var protection = Protection.OfMultipart(part);
        if (protection is not null)
            _protections.Add(protection);
        if (part.MediaType == "multipart/encrypted")
            Keep(part);
        else if (part.MediaType == "multipart/alternative" && !part.Parts.IsEmpty)
            Best(part);
        else if (part.MediaType == "multipart/related" && !part.Parts.IsEmpty)
            Related(part);
        else if (part.IsMultipart && part.Parts.IsEmpty)
            Append(Clean(Decoded(part)), part);
        else if (part.IsMultipart)
            Mixed(part, protection);
        else if (IsPlain(part) || IsHtml(part))
            Shown(part);
        else
            File(part);
    }

    // What is not the signed part is the signature over it.
    private void Mixed(MimePart part, Protection? protection)
    {
        for (var i = 0; i < part.Parts.Length; i++)
        {
            if (protection is not null && i > 0)
                Keep(part.Parts[i]);
            else
                Walk(part.Parts[i]);
        }
    }

    // RFC 2046 §5.1.4 ranks the last highest; to be read as plain text, text/plain is.
    private void Best(MimePart whole)
    {
        var best = whole.Parts.LastOrDefault(part => IsPlain(part) && !string.IsNullOrWhiteSpace(Decoded(part)))
            ?? whole.Parts.LastOrDefault(part => IsHtml(part) || part is { IsMultipart: true, IsAttached: false })
            ?? whole.Parts.LastOrDefault(IsPlain);
        foreach (var part in whole.Parts)
        {
            if (part == best)
                Walk(part);
            else
                Keep(part);
        }
    }

    // RFC 2387 §3.1: the parameter names the root, else it is the first.
    private void Related(MimePart whole)
    {
        var start = whole.Type.Parameters.GetValueOrDefault("start", "").Trim('<', '>', ' ');
        var root = (start.Length > 0 ? whole.Parts.FirstOrDefault(part => part.ContentId == start) : null) ?? whole.Parts[0];
        foreach (var part in whole.Parts)
        {
            if (part == root)
                Walk(part);
            else
                Keep(part);
        }
    }

    private void Keep(MimePart part)
    {
        if (part.IsMultipart && !part.Parts.IsEmpty)
        {
            if (Protection.OfMultipart(part) is { } protection && part.MediaType != "multipart/encrypted")
                _protections.Add(protection);
            foreach (var inner in part.Parts)
                Keep(inner);
        }
        else
        {
            File(part);
        }
    }

    private void File(MimePart part, FileRole? role = null)
    {
        role ??= IsPlain(part) || IsHtml(part) || part.IsMultipart ? FileRole.Alternative
            : part is { ContentId: not null, IsAttached: false } ? FileRole.Inline
            : FileRole.Attached;
        _files.Add(new MailFile(part, role.Value, _files.Count + 1));
        if (Protection.OfFile(part) is { } protection)
            _protections.Add(protection);
    }

    private void Shown(MimePart part)
    {
        var text = Decoded(part);
        if (IsHtml(part))
        {
            IsFromHtml = true;
            text = HtmlText.Of(Clean(text));
            File(part, FileRole.Alternative);
        }
        else
        {
            text = Clean(text);
            if (part.Type.Parameters.GetValueOrDefault("format", "").Equals("flowed", StringComparison.OrdinalIgnoreCase))
                text = FlowedText.Unflow(text, part.Type.Parameters.GetValueOrDefault("delsp", "").Equals("yes", StringComparison.OrdinalIgnoreCase));
            if (part.DeclaredName is not null)
                File(part, FileRole.Inline);
        }
        Append(text, part);
    }

    private void Append(string text, MimePart part)
    {
        if (text.Contains("-----BEGIN PGP ", StringComparison.Ordinal))
            text = WithoutCiphertext(text, part);
        if (text.Length == 0 || _text.Length > _limits.MostText)
            return;
        if (_text.Length > 0 && _text[^1] != '\n')
            _text.Append('\n');
        _text.Append(text);
    }

    // Armour that does not end reaches to the end: better too little is shown than ciphertext.
    private string WithoutCiphertext(string text, MimePart part)
    {
        const string begin = "-----BEGIN PGP MESSAGE", end = "-----END PGP MESSAGE-----";
        if (text.Contains("-----BEGIN PGP SIGNED MESSAGE-----", StringComparison.Ordinal))
            _protections.Add(new Protection(ProtectionForm.PgpInlineSigned, part, part.BodyRange));
        if (text.Contains("-----BEGIN PGP PUBLIC KEY BLOCK-----", StringComparison.Ordinal))
            _protections.Add(new Protection(ProtectionForm.PgpKey, part, part.BodyRange));
        if (!text.Contains(begin, StringComparison.Ordinal))
            return text;
        _protections.Add(new Protection(ProtectionForm.PgpInlineEncrypted, part, part.BodyRange));
        var shown = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var from = text.IndexOf(begin, at, StringComparison.Ordinal);
            shown.Append(text, at, (from < 0 ? text.Length : from) - at);
            var to = from < 0 ? -1 : text.IndexOf(end, from, StringComparison.Ordinal);
            if (to < 0)
                break;
            at = to + end.Length;
        }
        return shown.ToString();
    }

    // No more bytes than the text may have characters, four each at most.
    private string Decoded(MimePart part)
    {
        var most = (int)Math.Min(4L * _limits.MostText + 4, int.MaxValue / 2);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Clamp(part.BodyRange.Length, 16, most));
        try
        {
            using var content = part.Open();
            var length = content.ReadAtLeast(buffer.AsSpan(0, Math.Min(most, buffer.Length)), Math.Min(most, buffer.Length), throwOnEndOfStream: false);
            IsCut |= length == most;
            return Charset.Decode(buffer.AsSpan(0, length), part.Type.Parameters.GetValueOrDefault("charset"));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string Clean(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && !text.AsSpan().ContainsAnyInRange('\u007f', '\u009f'))
            return text;
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r')
            {
                if (i + 1 == text.Length || text[i + 1] != '\n')
                    clean.Append('\n');
            }
            else if (c is '\n' or '\t' || !char.IsControl(c))
            {
                clean.Append(c);
            }
        }
        return clean.ToString();
    }
}
