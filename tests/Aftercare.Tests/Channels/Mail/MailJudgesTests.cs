using System.Text.Json.Nodes;
using Aftercare.Channels.Mail;
using Xunit;

namespace Aftercare.Tests.Channels.Mail;

/// <summary>Our reader beside two others that are in use everywhere.</summary>
public sealed class MailJudgesTests
{
    private const int Mails = 2_000;

    private static readonly string[] Scripts = ["mail.mjs", "mailparser.mjs"];

    public static TheoryData<string> Judges => [.. Scripts];

    /// <value>Where they read otherwise, and why we do not.</value>
    private static readonly (string Judge, string Feature, string Property, string Why)[] Others =
    [
        ("mailparser.mjs", "padding", "Text", "white space behind a boundary is padding (RFC 2046 §5.1.1)"),
        ("mailparser.mjs", "padding", "Files", "white space behind a boundary is padding (RFC 2046 §5.1.1)"),
        ("mailparser.mjs", "empty", "Files", "the line end before a boundary belongs to the boundary (RFC 2046 §5.1.1), also where the part is empty"),
        ("mail.mjs", "empty", "Files", "the line end before a boundary belongs to the boundary (RFC 2046 §5.1.1)"),
        ("mail.mjs", "quoted", "Files", "the line end before a boundary belongs to the boundary (RFC 2046 §5.1.1)"),
    ];

    [Fact]
    public void Whatever_programs_write_is_read_as_it_was_meant()
    {
        for (var seed = 0; seed < Mails; seed++)
        {
            var made = MailCorpus.Make(seed);

            Assert.Equal((seed, Meant(made)), (seed, Ours(made.Bytes)));
        }
    }

    [Theory, MemberData(nameof(Judges))]
    public async Task Whatever_programs_write_others_read_as_we_do(string judge)
    {
        var found = new List<string>();
        for (var seed = 0; seed < Mails; seed++)
        {
            var made = MailCorpus.Make(seed);
            var (meant, read) = (Meant(made), Theirs(await Oracles.Ask(judge, Convert.ToBase64String(made.Bytes))));
            foreach (var property in typeof(Reading).GetProperties())
            {
                var (x, y) = (property.GetValue(meant)?.ToString(), property.GetValue(read)?.ToString());
                if (x != y && !Others.Any(row => row.Judge == judge && row.Property == property.Name && made.Features.Contains(row.Feature)))
                    found.Add($"{property.Name} {seed} [{string.Join(',', made.Features)}]\n  {x}\n  {y}");
            }
        }
        Assert.Empty(found);
    }

    /// <summary>Where they differ, or two of the three do, the reason stands beside it.</summary>
    [Theory]
    [InlineData("=?utf-8?B?w6Q?=", "ä", null)] // padding left out
    [InlineData("=?utf-8?B?w6Q===?=", "ä", null)] // too much of it
    [InlineData("=?utf-8?Q?a?= =?utf-8?Q?b?= c", "ab c", null)]
    [InlineData("=?utf-8*en?Q?a?=", "a", null)] // RFC 2231 §5
    [InlineData("=?iso-8859-1?Q?=A4=80?=", "¤€", "who says Latin-1 means Windows-1252 (WHATWG Encoding §4.2)")]
    [InlineData("=?utf-8?Q?=E6=BC?= =?utf-8?Q?=A2?=", "漢", null)] // a character cut in two
    [InlineData("=?utf-8?X?a?=", "=?utf-8?X?a?=", null)]
    [InlineData("=?utf-8?Q?a", "=?utf-8?Q?a", null)]
    [InlineData("=?ks_c_5601-1987?B?x9GxuQ==?=", "한국", null)]
    [InlineData("=?x-sjis?B?k/qWew==?=", "日本", null)]
    [InlineData("=?utf-8?Q?a=0D=0ABcc:_b?=", "a  Bcc: b", "a line end in a word is no line end in a header (RFC 2047 §5)")]
    [InlineData("=?nonsense?Q?a=C3=A4?=", "aä", "an unknown charset is guessed, not read as Latin-1")]
    [InlineData("=?utf-7?Q?+ADw-b+AD4-?=", "+ADw-b+AD4-", "UTF-7 is not decoded: it hides characters from whoever looks for them")]
    public async Task A_subject_that_is_odd_is_read_as_others_do(string written, string read, string? why)
    {
        var mail = SomeBounce.Bytes($"Subject: {written}\n\nx\n");

        Assert.Equal(read, MimeMessage.Read(mail).Subject);
        await Agree($"Subject: {written}\n\nx\n", reading => reading.Subject, why);
    }

    [Theory]
    [InlineData("Anna <a@b.example>", "Anna <a@b.example>", null)]
    [InlineData("a@b.example (Anna (the \\) one))", "Anna (the ) one) <a@b.example>", "a comment may nest and quote (RFC 5322 §3.2.2)")]
    [InlineData("\"Anna <x@y.example>\" <a@b.example>", "Anna <x@y.example> <a@b.example>", null)]
    [InlineData("=?utf-8?Q?x=40y.example,?= <a@b.example>", "x@y.example, <a@b.example>", "a comma in an encoded word parts nobody, although RFC 2047 §5 wants it encoded")]
    [InlineData("team: a@b.example, Ben <c@d.example>;, e@f.example", " <a@b.example>; Ben <c@d.example>;  <e@f.example>", "who stands in a group is somebody to answer too (RFC 5322 §3.4)")]
    [InlineData("undisclosed-recipients:;", "", "an empty group names nobody (RFC 5322 §3.4)")]
    [InlineData("<@x.example,@y.example:a@b.example>", " <a@b.example>", "a route is no part of the address (RFC 5322 §4.4)")]
    [InlineData("a @ b . example", " <a@b.example>", "obsolete white space is no part of the address (RFC 5322 §4.4)")]
    [InlineData(", a@b.example,, c@d.example,", " <a@b.example>;  <c@d.example>", null)]
    [InlineData("\"a b\"@c.example", " <\"a b\"@c.example>", "a local part keeps the quotation marks that it needs")]
    [InlineData("a@[192.0.2.1]", " <a@[192.0.2.1]>", null)]
    [InlineData("größe@grün.example", " <größe@grün.example>", null)]
    [InlineData("Anna Lee", "Anna Lee <>", null)]
    [InlineData("Anna <a@b.example", "Anna <a@b.example>", null)]
    public async Task Addresses_that_are_odd_are_read_as_others_do(string written, string read, string? why)
    {
        var mail = SomeBounce.Bytes($"To: {written}\n\nx\n");

        Assert.Equal(read, Ours(mail).To);
        await Agree($"To: {written}\n\nx\n", reading => reading.To, why);
    }

    private const string Mixed = "Content-Type: multipart/mixed; boundary=b\n\n";
    private const string Attached = "--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; ";

    [Theory]
    [InlineData(Mixed + "--b\n\nhello\n" + Attached + "filename=a.pdf\n\naGVsbG8=\n", null)]
    [InlineData(Mixed + "--b\n\nhello\n--b--\n\nepilogue\n", null)]
    [InlineData(Mixed + "preamble\n--b\n\nhello\n--b--\n", null)]
    [InlineData(Mixed + "--b\n\nhello\n--bb\nmore\n--b--\n", null)]
    [InlineData("Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--a\n\ntwo\n--a--\n", "how texts are joined is the reader's choice")]
    [InlineData("Content-Type: multipart/mixed\n\nhello\n", "a multipart without a boundary is shown as it stands: nothing is lost")]
    [InlineData(Mixed + "hello\n", "a multipart without parts is shown as it stands: nothing is lost")]
    [InlineData("Content-Transfer-Encoding: base64\n\naGVs!!bG8K*\n", null)]
    [InlineData("Content-Transfer-Encoding: base64\n\naGVsbG8\n", null)]
    [InlineData("Content-Transfer-Encoding: base64\n\naGVsbG8=aGVsbG8=\n", null)]
    [InlineData("Content-Transfer-Encoding: quoted-printable\n\nhe=6clo =zz  \n=\nx=3\n", "white space at a line's end was added on the way (RFC 2045 §6.7 rule 3)")]
    [InlineData("Content-Transfer-Encoding: quoted-printable\n\na=  \nb = c\n", "white space may stand behind a soft break (RFC 2045 §6.7 rule 3)")]
    [InlineData("Content-Transfer-Encoding: nonsense\n\nhello\n", null)]
    [InlineData("Content-Type: text/plain; charset=nonsense\n\ngr\u00f6\u00dfer\n", "an unknown charset is guessed, not read as Latin-1")]
    [InlineData("Content-Type: pump\n\nhello\n", "a malformed Content-Type is text/plain (RFC 2045 §5.2)")]
    [InlineData("Content-Type: text/plain; charset=utf-8; charset=koi8-r\n\ngr\u00f6\u00dfer\n", "of a parameter that is said twice the first counts, as of a header")]
    [InlineData("Subject: x\nDear reader\nyour pump crashes\n", "where the empty line is missing the body begins with what is no header: nothing is lost")]
    [InlineData("Subject : x\n\nhello\n", null)]
    [InlineData(Mixed + Attached + "filename=a b.pdf\n\naGVsbG8=\n--b--\n", null)]
    [InlineData(Mixed + Attached + "filename=\"=?utf-8?Q?=E2=82=AC.pdf?=\"\n\naGVsbG8=\n--b--\n", null)]
    [InlineData(Mixed + Attached + "filename*=utf-8''%E2%82%AC.pdf\n\naGVsbG8=\n--b--\n", null)]
    [InlineData(Mixed + Attached + "filename*1*=%82%AC.pdf; filename*0*=utf-8''%E2\n\naGVsbG8=\n--b--\n", null)]
    [InlineData(Mixed + Attached + "filename=\"gr\u00f6\u00dfer.pdf\"\n\naGVsbG8=\n--b--\n", null)]
    [InlineData(Mixed + Attached + "filename=\"a.pdf\n\naGVsbG8=\n--b--\n", null)]
    [InlineData("Date: 22 Nov 26 12:00 EST\n\nhello\n", null)]
    [InlineData("Date: Sun, 22 Nov 2026 12:00:00 (noon) +0100\n\nhello\n", null)]
    [InlineData("Date: tomorrow\n\nhello\n", "no date is invented")]
    [InlineData("Content-Type: text/plain; format=flowed\n\na \nb\n> c \n> d\n", "a quoted paragraph that flows is one (RFC 3676 §4.5)")]
    [InlineData("Content-Type: text/plain; format=flowed; delsp=yes\n\na \nb\n", null)]
    [InlineData("Content-Type: message/rfc822\n\nSubject: inner\n\nhello\n", "a mail in a mail is a file, whose words are not the sender's")]
    [InlineData(Mixed + "--b\n\none\n--b\nContent-Type: text/plain\n\ntwo\n--b--\n", "how texts are joined is the reader's choice")]
    [InlineData("", null)]
    public async Task A_broken_mail_is_read_as_others_do(string broken, string? why)
    {
        await Agree("From: a@b.example\n" + broken, reading => reading, why);
    }

    // A reason for what nobody reads otherwise is none.
    private static async Task Agree<T>(string mail, Func<Reading, T> about, string? why)
    {
        var bytes = SomeBounce.Bytes(mail);
        var theirs = new List<T>();
        foreach (var judge in Scripts)
            theirs.Add(about(Theirs(await Oracles.Ask(judge, Convert.ToBase64String(bytes)))));

        if (why is null)
            Assert.All(theirs, read => Assert.Equal(about(Ours(bytes)), read));
        else
            Assert.Contains(theirs, read => !Equals(about(Ours(bytes)), read));
    }

    private sealed record Reading(string Subject, string From, string To, DateTimeOffset? Date, string Text, string Files);

    private static Reading Meant(MailCorpus.Made made) =>
        new(made.Subject, People(made.From), People(made.To), made.Date.ToUniversalTime(), made.Text, Files(made.Files.Select(file => (file.Name, Convert.ToBase64String(file.Content)))));

    private static Reading Ours(byte[] bytes)
    {
        var mail = MimeMessage.Read(bytes);
        var body = MailBody.Of(mail);
        return new(
            mail.Subject ?? "", People(mail.From.Select(person => (person.Name, person.Written))), People(mail.To.Select(person => (person.Name, person.Written))), mail.Date?.ToUniversalTime(),
            body.Text.TrimEnd('\n'), Files(body.Files.Where(file => file.Role == FileRole.Attached).Select(file => (file.Name, Convert.ToBase64String(file.Part.Content())))));
    }

    private static Reading Theirs(string line)
    {
        var read = JsonNode.Parse(line)!;
        return new(
            (string?)read["subject"] ?? "", People([Person(read["from"])]), People(read["to"]?.AsArray().Select(Person) ?? []),
            (string?)read["date"] is { } date && DateTimeOffset.TryParse(date, null, out var parsed) ? parsed.ToUniversalTime() : null,
            ((string?)read["text"] ?? "").ReplaceLineEndings("\n").TrimEnd('\n'),
            Files(read["files"]!.AsArray().Where(file => (string?)file!["disposition"] == "attachment").Select(file => ((string?)file!["filename"] ?? "", (string)file["content"]!))));
    }

    // mailparser writes international domains in Unicode, however they came.
    private static (string?, string) Person(JsonNode? person) => ((string?)person?["name"], ((string?)person?["address"] ?? "").Replace("@müller.example", "@xn--mller-kva.example", StringComparison.Ordinal));

    private static string People(IEnumerable<(string? Name, string Address)> people) => string.Join("; ", people.Select(person => $"{person.Name} <{person.Address}>"));

    private static string Files(IEnumerable<(string Name, string Content)> files) => string.Join("; ", files.Select(file => $"{file.Name}: {file.Content}"));
}
