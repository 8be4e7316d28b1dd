using System.Text;
using Aftercare.Channels.Mail;
using Xunit;

namespace Aftercare.Tests.Channels.Mail;

public sealed class MailBodyTests
{
    private const string Plain = "Content-Type: text/plain\n\nplain\n";
    private const string Html = "Content-Type: text/html\n\n<p>html</p>\n";
    private const string Picture = "Content-Type: image/png; name=p.png\nContent-ID: <p@x>\nContent-Transfer-Encoding: base64\n\niVBORw==\n";

    [Fact]
    public void The_plain_alternative_is_shown_and_the_others_are_not_lost()
    {
        var body = Read(Multipart("alternative", Plain, Multipart("related", Html, Picture), "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n"));

        Assert.Equal("plain", body.Text);
        Assert.False(body.IsFromHtml);
        Assert.Equal(
            [("file-1.html", FileRole.Alternative), ("p.png", FileRole.Inline), ("file-3.ics", FileRole.Attached)],
            body.Files.Select(file => (file.Name, file.Role)));
    }

    [Theory]
    [InlineData("Content-Type: text/plain\n\n  \n")]
    [InlineData("Content-Type: image/png\n\nx\n")]
    public void Without_a_plain_text_the_html_is_made_plain_and_kept(string other)
    {
        var body = Read(Multipart("alternative", other, Html));

        Assert.Equal("html", body.Text);
        Assert.True(body.IsFromHtml);
        Assert.Contains(body.Files, file => file.MediaType == "text/html");
    }

    [Fact]
    public void Texts_of_a_mixed_mail_are_shown_in_their_order_and_files_are_not_shown()
    {
        var body = Read(Multipart("mixed", Plain, "Content-Type: text/plain; name=poc.py\nContent-Disposition: attachment\n\nimport os\n", Html, "Content-Type: text/plain; name=note.txt\n\nnote\n"));

        Assert.Equal("plain\nhtml\nnote", body.Text);
        Assert.Equal([("poc.py", FileRole.Attached), ("file-2.html", FileRole.Alternative), ("note.txt", FileRole.Inline)], body.Files.Select(file => (file.Name, file.Role)));
        Assert.Equal("import os", Encoding.ASCII.GetString(body.Files[0].Part.Content()));
    }

    [Fact]
    public void The_root_of_what_is_related_is_the_one_that_is_named() =>
        Assert.Equal("html", Read($"Content-Type: multipart/related; boundary=r; start=\"<root@x>\"\n\n--r\n{Picture}--r\nContent-ID: <root@x>\n{Html}--r--\n").Text);

    [Fact]
    public void A_mail_that_is_forwarded_as_a_file_is_a_file()
    {
        var file = Read(Multipart("mixed", Plain, "Content-Type: message/rfc822\n\nSubject: inner\n\nsecret\n")).Files.Single();

        Assert.Equal(("file-1.eml", 24L), (file.Name, file.Measure()));
        Assert.Equal("Subject: inner\r\n\r\nsecret"u8.ToArray(), file.Part.Content());
    }

    [Fact]
    public void The_container_of_Outlook_is_kept_and_named() =>
        Assert.Equal(("winmail.dat", true), Read(Multipart("mixed", Plain, "Content-Type: application/ms-tnef\n\nx\n")).Files.Select(file => (file.Name, file.IsTnef)).Single());

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("..\\..\\boot.ini", "boot.ini")]
    [InlineData("C:report.txt", "C_report.txt")]
    [InlineData("evil\u202etxt.exe", "eviltxt.exe")]
    [InlineData("a\u200bb\u0007.txt", "ab.txt")]
    [InlineData("con.txt", "_con.txt")]
    [InlineData("...", "file-1.bin")]
    [InlineData("<script>.html", "_script_.html")]
    [InlineData("größer 漢.pdf ", "größer 漢.pdf")]
    public void The_name_of_a_file_is_made_safe(string declared, string name)
    {
        var mail = "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename*=utf-8''" + Uri.EscapeDataString(declared) + "\n\nx\n";

        Assert.Equal(name, Read(mail).Files.Single().Name);
    }

    [Fact]
    public void A_long_name_keeps_its_extension()
    {
        var name = Read($"Content-Type: a/b; name=\"{new string('x', 500)}.pdf\"\n\nx\n").Files.Single().Name;

        Assert.Equal(120, name.Length);
        Assert.EndsWith("x.pdf", name, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_file_is_decoded_in_little_memory()
    {
        var content = new byte[8 * 1024 * 1024];
        Random.Shared.NextBytes(content);
        var file = Read("Content-Type: a/b\nContent-Transfer-Encoding: base64\n\n" + Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks)).Files.Single();

        var memory = GC.GetAllocatedBytesForCurrentThread();
        var length = file.Measure();

        Assert.Equal(content.Length, length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - memory, 0, 100_000);
        Assert.Equal(content, file.Part.Content());
    }

    // RFC 3676 §4: stuffing, quotes, DelSp, and a signature that never flows.
    [Theory]
    [InlineData("a \nb \nc\nd\n", "no", "a b c\nd\n")]
    [InlineData("a \nb\n", "yes", "ab\n")]
    [InlineData("> a \n> b\n>> c \n> d\n", "no", "> a b\n>> c \n> d\n")]
    [InlineData(" From me \n >no quote\n", "no", "From me >no quote\n")]
    [InlineData("a \n-- \nAnna\n", "no", "a \n-- \nAnna\n")]
    public void Flowed_text_is_put_together_again(string sent, string delSp, string shown) =>
        Assert.Equal(shown, Read($"Content-Type: text/plain; format=flowed; delsp={delSp}\n\n{sent}").Text);

    [Theory]
    [InlineData("<p>a<p>b<br>c</p>d", "a\n\nb\nc\n\nd")]
    [InlineData("see <a href=\"https://evil.example/x\">https://bank.example</a>!", "see https://bank.example <https://evil.example/x>!")]
    [InlineData("<a href='https://x.example'>https://x.example</a> <a href=#top>up</a>", "https://x.example up")]
    [InlineData("<a href=javascript:alert(1)>go</a>", "go <javascript:alert(1)>")]
    [InlineData("<a data-href='no' href = 'yes'>x</a>", "x <yes>")]
    [InlineData("<a title=' href=\"https://bank.example\"' href=\"https://evil.example\">bank</a>", "bank <https://evil.example>")]
    [InlineData("<a/href=https://evil.example>bank</a>", "bank <https://evil.example>")]
    [InlineData("<a href = \"https://evil.example/?>\">bank</a>", "bank <https://evil.example/?>>")]
    [InlineData("<script>alert('<p>')</script>a<style>p{}</style>b<!-- > -->c<title>t</title>", "abc")]
    [InlineData("<script>never closed", "")]
    [InlineData("1 < 2 &amp;&lt;b&gt; &eacute;&#x202e;", "1 < 2 &<b> é\u202e")]
    [InlineData("<ul><li>a<li>b</ul>", "- a\n- b")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>", "a b\nc")]
    [InlineData("<pre>a\n  b</pre>", "a\n  b")]
    [InlineData("x<blockquote>a<blockquote>b</blockquote></blockquote>y", "x\n> a\n>> b\ny")]
    [InlineData("<img src=http://tracker.example/ alt=logo>", "[logo]")]
    [InlineData("<img alt='a>b'>c", "[a>b]c")]
    [InlineData("a <b", "a <b")]
    [InlineData("a\u0000&#0;b&#27;", "a b")]
    public void Html_becomes_plain_and_runs_nothing(string html, string text) => Assert.Equal(text, Read($"Content-Type: text/html; charset=utf-8\n\n{html}").Text);

    [Theory]
    [InlineData("utf8", "größer", "utf-8")]
    [InlineData("windows-1252", "€", "iso-8859-1")]
    [InlineData("shift_jis", "日本", "x-sjis")]
    [InlineData("ks_c_5601-1987", "한국", "ks_c_5601-1987")]
    [InlineData("windows-1255", "שלום", "iso-8859-8-i")]
    [InlineData("iso-2022-jp", "日本", "iso-2022-jp")]
    [InlineData("utf-16", "größer", "utf-16")]
    [InlineData("koi8-r", "насос", "KOI8-R")]
    [InlineData("gb18030", "中文", "gb18030")]
    [InlineData("utf8", "größer", "us-ascii")]
    [InlineData("windows-1252", "größer", "us-ascii")]
    [InlineData("windows-1252", "größer", "nonsense")]
    public void A_charset_is_the_one_that_is_meant(string written, string text, string declared)
    {
        var encoding = written == "utf8" ? new UTF8Encoding(false) : Encodings.GetEncoding(written) ?? Encoding.GetEncoding(written);
        var mail = $"Content-Type: text/plain; charset=\"{declared}\"\nContent-Transfer-Encoding: base64\n\n{Convert.ToBase64String(encoding.GetBytes(text))}\n";

        Assert.Equal(text, Read(mail).Text);
    }

    [Fact]
    public void A_signed_mail_says_which_bytes_are_signed()
    {
        var bytes = SomeBounce.Bytes("Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha256; boundary=s\n\n--s\nContent-Type: text/plain\n\nsigned\n\n--s\nContent-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----\n--s--\n");

        var body = MailBody.Of(MimeMessage.Read(bytes));

        var protection = Assert.Single(body.Protections);
        Assert.Equal(ProtectionForm.PgpSigned, protection.Form);
        Assert.Equal("Content-Type: text/plain\r\n\r\nsigned\r\n", Encoding.ASCII.GetString(bytes, protection.Content.Start, protection.Content.Length));
        Assert.Equal("-----BEGIN PGP SIGNATURE-----", Encoding.ASCII.GetString(bytes, protection.Signature!.Value.Start, protection.Signature.Value.Length));
        Assert.Equal(("signed\n", "signature.asc"), (body.Text, body.Files.Single().Name));
    }

    [Theory]
    [InlineData("Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=e\n\n--e\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--e\nContent-Type: text/plain\n\nCIPHER\n--e--\n", ProtectionForm.PgpEncrypted)]
    [InlineData("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nCIPHER\n", ProtectionForm.SmimeEncrypted)]
    [InlineData("Content-Type: application/x-pkcs7-mime\n\nCIPHER\n", ProtectionForm.SmimeEncrypted)]
    [InlineData("Content-Type: application/octet-stream; name=smime.p7m\n\nCIPHER\n", ProtectionForm.SmimeEncrypted)]
    [InlineData("Content-Type: text/plain\n\n-----BEGIN PGP MESSAGE-----\n\nCIPHER\n-----END PGP MESSAGE-----\n", ProtectionForm.PgpInlineEncrypted)]
    [InlineData("Content-Type: text/plain\n\n> -----BEGIN PGP MESSAGE-----\n> \n> CIPHER\n", ProtectionForm.PgpInlineEncrypted)]
    [InlineData("Content-Type: text/html\n\n<pre>-----BEGIN PGP MESSAGE-----\n\nCIPHER\n-----END PGP MESSAGE-----</pre>\n", ProtectionForm.PgpInlineEncrypted)]
    public void Ciphertext_is_never_shown_as_text(string mail, ProtectionForm form)
    {
        var bytes = SomeBounce.Bytes("Subject: x\n" + mail);

        var body = MailBody.Of(MimeMessage.Read(bytes));

        Assert.DoesNotContain("CIPHER", body.Text, StringComparison.Ordinal);
        var protection = Assert.Single(body.Protections, protection => protection.IsCiphertext);
        Assert.Equal(form, protection.Form);
        Assert.Contains("CIPHER", Encoding.ASCII.GetString(bytes, protection.Content.Start, protection.Content.Length), StringComparison.Ordinal);
    }

    [Fact]
    public void The_words_around_ciphertext_are_shown() =>
        Assert.Equal("before  after\n\n", Read("Content-Type: text/plain\n\nbefore -----BEGIN PGP MESSAGE-----CIPHER-----END PGP MESSAGE----- after\n-----BEGIN PGP MESSAGE-----\nCIPHER\n-----END PGP MESSAGE-----\n").Text);

    [Theory]
    [InlineData("\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n", ProtectionForm.PgpInlineSigned)]
    [InlineData("\nhello\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nx\n", ProtectionForm.PgpKey)]
    [InlineData("Content-Type: application/pgp-keys\n\nx\n", ProtectionForm.PgpKey)]
    [InlineData("Content-Type: application/octet-stream; name=report.txt.gpg\n\nx\n", ProtectionForm.PgpFile)]
    [InlineData("Content-Type: application/pkcs7-mime; smime-type=signed-data\n\nx\n", ProtectionForm.SmimeOpaque)]
    [InlineData("Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=s\n\n--s\n\nhello\n--s\nContent-Type: application/pkcs7-signature\n\nx\n--s--\n", ProtectionForm.SmimeSigned)]
    [InlineData("Content-Type: multipart/signed; protocol=\"application/nonsense\"; boundary=s\n\n--s\n\nhello\n--s--\n", ProtectionForm.Other)]
    public void Other_protection_is_recognised(string mail, ProtectionForm form) => Assert.Equal(form, Assert.Single(Read(mail).Protections).Form);

    private static EncodingProvider Encodings => CodePagesEncodingProvider.Instance;

    private static MailBody Read(string mail) => MailBody.Of(MimeMessage.Read(SomeBounce.Bytes(mail)));

    private static string Multipart(string kind, params string[] parts) =>
        $"Content-Type: multipart/{kind}; boundary={kind}\n\n{string.Concat(parts.Select(part => $"--{kind}\n{part}"))}--{kind}--\n";
}
