using System.Globalization;
using System.Text;

namespace Aftercare.Tests.Channels.Mail;

/// <summary>Mails as many programs write them, made from a seed, each with what a reader must see.</summary>
internal static class MailCorpus
{
    private static readonly string[] Charsets = ["utf-8", "iso-8859-1", "windows-1252", "koi8-r", "shift_jis", "gb2312", "euc-kr", "iso-8859-15", "windows-1251", "big5", "iso-2022-jp", "utf8"];

    private static readonly string[] Words =
        ["pump", "firmware", "a", "CVE-2026-1", "crash", "Zugang", "service port", "=", "==", "_x_", "4.2.0", "\"quoted\"", "(note)", "a@b", "100%", "?", "x=20y", "From here", ".", "--", "<tag>", "&amp;"];

    static MailCorpus() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <param name="Text">Lines end with LF; without the line ends at its end.</param>
    /// <param name="Files">Those that are attached.</param>
    /// <param name="Features">What judges are known to read otherwise, by name.</param>
    internal sealed record Made(
        byte[] Bytes, string Subject, (string? Name, string Address)[] From, (string? Name, string Address)[] To, DateTimeOffset Date, string Text, (string Name, byte[] Content)[] Files,
        HashSet<string> Features);

    internal static Made Make(int seed) => new Maker(new Random(seed)).Make();

    private sealed class Maker(Random random)
    {
        private readonly HashSet<string> _features = [];
        private readonly List<(string, byte[])> _files = [];
        private int _boundaries;

        internal Made Make()
        {
            var subject = Subject();
            var (from, fromText) = Person();
            var to = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Person()).ToArray();
            var date = new DateTimeOffset(random.Next(1971, 2070), random.Next(1, 13), random.Next(1, 29), random.Next(24), random.Next(60), random.Next(60), TimeSpan.FromMinutes(15 * random.Next(-40, 50)));
            var headers = new List<byte[]>
            {
                Header("Message-ID", Ascii($"<{random.Next()}@example.org>")),
                Header("Date", Ascii(date.ToString(Pick("ddd, dd MMM yyyy HH:mm:ss ", "d MMM yyyy HH:mm:ss "), CultureInfo.InvariantCulture) + (date.Offset < TimeSpan.Zero ? "-" : "+") + date.Offset.ToString("hhmm", CultureInfo.InvariantCulture) + Pick("", " (local)"))),
                Header("From", fromText),
                Header(Pick("To", "TO", "to"), [.. to.SelectMany((person, i) => i == 0 ? person.Text : [.. Ascii(Pick(", ", ",", ",\n ")), .. person.Text])]),
                Header("Subject", subject.Bytes),
                Header("MIME-Version", Ascii("1.0")),
            };
            var (text, part) = Tree();
            byte[] all = [.. headers.OrderBy(_ => random.Next()).SelectMany(header => header), .. part];
            var lineEnds = Pick("\r\n", "\r\n", "\n");
            return new(
                lineEnds == "\n" ? all : Crlf(all), subject.Value, [from], [.. to.Select(person => person.Person)], date, text.TrimEnd('\n'), [.. _files], _features);
        }

        private (string Value, byte[] Bytes) Subject()
        {
            var charset = Pick(Charsets);
            var value = Text(charset, random.Next(1, 8)).Trim();
            if (random.Next(8) == 0)
                return (value = string.Join(' ', value.Where(char.IsAsciiLetterOrDigit).Chunk(5).Select(chunk => new string(chunk))) + "x", Ascii(value.Replace(" ", "\n ", StringComparison.Ordinal)));
            return (value, Ascii(Encoded(value, charset)));
        }

        private ((string? Name, string Address) Person, byte[] Text) Person()
        {
            var address = Pick("anna@example.org", "ben.b+tag@sub.example.org", "x@xn--mller-kva.example", "o'hara@example.org");
            var charset = Pick(Charsets);
            var name = Text(charset, random.Next(1, 3)).Trim();
            var plain = Pick("Anna Lee", "Ben");
            return random.Next(5) switch
            {
                0 => ((null, address), Ascii(Pick(address, $"<{address}>"))),
                1 => ((plain, address), Ascii($"{plain} <{address}>")),
                2 => (("Lee, Anna \"A\" (x)", address), Ascii($"\"Lee, Anna \\\"A\\\" (x)\" <{address}>")),
                3 => ((plain, address), Ascii($"{address} ({plain})")),
                _ => ((name, address), Ascii($"{Encoded(name, charset)} <{address}>")),
            };
        }

        private (string Text, byte[] Part) Tree()
        {
            switch (random.Next(6))
            {
                case 0 or 1:
                    return TextPart();
                case 2:
                    var (text, plain) = TextPart();
                    return (text, Multipart("alternative", plain, Html()));
                case 3:
                    var (inner, related) = TextPart();
                    return (inner, Multipart("alternative", related, Multipart("related", Html(), Picture())));
                default:
                    var (shown, body) = random.Next(3) == 0 ? Tree() : TextPart();
                    return (shown, Multipart("mixed", [body, .. Enumerable.Range(0, random.Next(1, 4)).Select(_ => File())]));
            }
        }

        private (string, byte[]) TextPart()
        {
            var charset = Pick(Charsets);
            var flowed = random.Next(6) == 0;
            var lines = Enumerable.Range(0, random.Next(1, 8)).Select(_ => Text(charset, random.Next(0, 10)).Trim()).Select(line => line.StartsWith("From", StringComparison.Ordinal) ? "x" + line : line).ToList();
            if (lines.TrueForAll(line => line.Length == 0) || lines[0].Length == 0)
                lines[0] = "hello";
            var text = string.Join('\n', lines) + "\n";
            var sent = text;
            if (flowed)
            {
                lines = [.. lines.Select(line => line.TrimStart('>', ' ')).Select(line => line is "--" ? "x" : line)];
                text = string.Join('\n', lines) + "\n";
                // Each space may be where a line was flowed.
                sent = string.Join('\n', lines.Select(line => string.Join(' ', line.Split(' ').Select((word, i) => i > 0 && word.Length > 0 && word[0] is not '>' && word != "--" && line.Split(' ')[i - 1] != "--" && random.Next(3) == 0 ? "\n" + word : word)))) + "\n";
            }
            var bytes = Encoding.GetEncoding(charset == "utf8" ? "utf-8" : charset).GetBytes(sent);
            var encoding = charset == "iso-2022-jp" ? Pick("base64", "7bit") : bytes.All(b => b < 128) ? Pick("base64", "quoted-printable", "7bit") : Pick("base64", "quoted-printable", "8bit");
            if (lines.Exists(line => line is "--" || line.StartsWith("--b", StringComparison.Ordinal)))
                encoding = "base64";
            return (text, Part([$"Content-Type: {Pick("text/plain", "Text/Plain")}; {Pick("charset", "CHARSET")}={Pick(charset, $"\"{charset}\"")}{(flowed ? "; format=flowed" : "")}"], encoding, bytes));
        }

        private byte[] Html() => Part(["Content-Type: text/html; charset=utf-8"], Pick("base64", "quoted-printable"), Encoding.UTF8.GetBytes("<p>other <a href=\"https://example.org/\">words</a></p>\n"));

        private byte[] Picture() => Part(["Content-Type: image/png", $"Content-ID: <{random.Next()}@example.org>", "Content-Disposition: inline"], "base64", Bytes(random.Next(200)));

        private byte[] File()
        {
            var content = random.Next(12) == 0 ? [] : Bytes(random.Next(1, 400));
            var charset = Pick(Charsets);
            var name = new string([.. Text(charset, 3).Where(c => char.IsLetterOrDigit(c) || c is '-' or '.' or ' ' or '_')]).Trim(' ', '.') + "x.bin";
            _files.Add((name, content));
            var encoding = Pick("base64", "base64", "quoted-printable");
            if (encoding == "quoted-printable")
                _features.Add(content.Length == 0 ? "empty" : "quoted");
            return Part(["Content-Type: application/octet-stream", $"Content-Disposition: attachment;{FileName(name, charset)}"], encoding, content);
        }

        private string FileName(string name, string charset)
        {
            if (name.All(char.IsAscii) && random.Next(2) == 0)
                return $" filename=\"{name}\"";
            if (random.Next(3) == 0)
                return $"\n filename=\"{Encoded(name, charset)}\"";
            var shown = charset == "utf8" ? "utf-8" : charset;
            var bytes = Encoding.GetEncoding(shown).GetBytes(name);
            var escaped = bytes.Select(b => char.IsAsciiLetterOrDigit((char)b) ? ((char)b).ToString() : $"%{b:X2}").ToArray();
            if (random.Next(2) == 0)
                return $"\n filename*={shown}''{string.Concat(escaped)}";
            // Pieces as long as they come, which cut characters of more than one byte, and in any order.
            var pieces = escaped.Chunk(random.Next(5, 15)).Select((chunk, i) => $"\n filename*{i}*={(i == 0 ? shown + "''" : "")}{string.Concat(chunk)}");
            return string.Join(';', random.Next(3) == 0 ? pieces.Reverse() : pieces);
        }

        private byte[] Multipart(string kind, params byte[][] parts)
        {
            var boundary = $"b{_boundaries++}{Pick("", "=_x", "'()+_,-./:=?", "-b0")}";
            var all = new List<byte>(Ascii($"Content-Type: multipart/{kind}{Pick(";", ";\n")} boundary=\"{boundary}\"\n\n{Pick("", "This is a mail in parts.\n")}"));
            foreach (var part in parts)
            {
                var padding = Pick("", "", "", "", " ", "\t");
                if (padding.Length > 0)
                    _features.Add("padding");
                all.AddRange([.. Ascii($"--{boundary}{padding}\n"), .. part, (byte)'\n']);
            }
            all.AddRange(Ascii($"--{boundary}--\n{Pick("", "", "behind\n")}"));
            return [.. all];
        }

        private byte[] Part(string[] headers, string encoding, byte[] content)
        {
            byte[] body = encoding switch
            {
                "base64" => Ascii(string.Join('\n', Convert.ToBase64String(content).Chunk(random.Next(4, 77)).Select(line => new string(line)))),
                "quoted-printable" => Ascii(QuotedPrintable(content, headers[0].Contains("text", StringComparison.OrdinalIgnoreCase))),
                _ => content,
            };
            return [.. Ascii(string.Join('\n', [.. headers, $"Content-Transfer-Encoding: {Pick(encoding, encoding.ToUpperInvariant())}"]) + "\n\n"), .. body];
        }

        private string QuotedPrintable(byte[] content, bool isText)
        {
            var text = new StringBuilder();
            var length = 0;
            foreach (var b in content)
            {
                if (b == '\n' && isText)
                {
                    text.Append('\n');
                    length = 0;
                    continue;
                }
                if (length > 70)
                {
                    text.Append("=\n");
                    length = 0;
                }
                var plain = b is > 32 and < 127 and not (byte)'=' && !(b == '-' && length == 0);
                text.Append(plain ? ((char)b).ToString() : Pick($"={b:X2}", $"={b:X2}", $"={b:x2}"));
                length += plain ? 1 : 3;
            }
            return text.ToString();
        }

        // Words cut between bytes, not characters, as many programs do; then all but the last have the one charset.
        private string Encoded(string value, string charset)
        {
            var bytes = Encoding.GetEncoding(charset == "utf8" ? "utf-8" : charset).GetBytes(value);
            // Each word of a charset with states begins in ASCII (RFC 2047 §3), so this one is not cut.
            var size = charset == "iso-2022-jp" ? bytes.Length : random.Next(6, 30) / 3 * 3;
            var base64 = random.Next(2) == 0;
            return string.Join(Pick(" ", "\n "), bytes.Chunk(Math.Max(1, size)).Select(chunk => base64
                ? $"=?{charset}?{Pick("B", "b")}?{Convert.ToBase64String(chunk)}?="
                : $"=?{charset}?{Pick("Q", "q")}?{string.Concat(chunk.Select(b => b == ' ' ? "_" : char.IsAsciiLetterOrDigit((char)b) ? ((char)b).ToString() : $"={b:X2}"))}?="));
        }

        private string Text(string charset, int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => random.Next(3) > 0 ? Pick(Words) : Foreign(charset)));

        private string Foreign(string charset) => charset switch
        {
            "utf-8" or "utf8" => Pick("größer", "漢字", "😀", "naïve", "тест"),
            "koi8-r" or "windows-1251" => Pick("насос", "Тест", "прошивка"),
            "shift_jis" or "iso-2022-jp" => Pick("日本", "ポンプ", "試験"),
            "gb2312" => Pick("中文", "测试"),
            "big5" => Pick("中文", "測試"),
            "euc-kr" => Pick("한국", "펌프"),
            _ => Pick("größer", "naïve", "Müller"),
        };

        private byte[] Header(string name, byte[] value) => [.. Ascii($"{name}:{Pick(" ", " ", "", "\n ")}"), .. value, (byte)'\n'];

        private byte[] Bytes(int length)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            return bytes;
        }

        private string Pick(params string[] some) => some[random.Next(some.Length)];

        private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

        private static byte[] Crlf(byte[] bytes) => [.. bytes.SelectMany(b => b == '\n' ? "\r\n"u8.ToArray() : [b])];
    }
}
