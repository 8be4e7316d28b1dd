using System.Globalization;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>Encoded words (RFC 2047). Neighbours of one charset and encoding are decoded together, because writers cut characters in two.</summary>
internal static class EncodedWords
{
    /// <summary>A text of our own name for an encoded word that cannot be decoded as it says; null tells nobody.</summary>
    internal static string Decode(string value, Action<string>? fault)
    {
        var at = value.IndexOf("=?", StringComparison.Ordinal);
        if (at < 0)
            return value;
        var text = new StringBuilder(value.Length);
        var run = new Run(text, fault);
        var plain = 0;
        while (at >= 0)
        {
            if (Word.At(value, at) is { } word)
            {
                // White space between two encoded words is not shown (§6.2).
                var between = value.AsSpan(plain, at - plain);
                if (!run.IsOpen || between.ContainsAnyExcept(' ', '\t'))
                {
                    run.End();
                    text.Append(between);
                }
                run.Add(word);
                at = plain = word.End;
            }
            else
            {
                at += 2;
            }
            at = value.IndexOf("=?", at, StringComparison.Ordinal);
        }
        run.End();
        return text.Append(value, plain, value.Length - plain).ToString();
    }

    /// <summary>Of the encoded word without white space that begins there; 0 where none does.</summary>
    internal static int LengthAt(string value, int at) =>
        at + 1 < value.Length && value[at + 1] == '?' && Word.At(value, at) is { } word && !word.Text.ContainsAny(' ', '\t') ? word.End - at : 0;

    private readonly record struct Word(string Charset, bool IsBase64, int Start, int Length, int End, string Value)
    {
        /// <summary>The question marks are looked for one after the other, and no further: none of them is passed by more than three words that begin.</summary>
        internal static Word? At(string value, int at)
        {
            var charset = at + 2;
            var first = value.IndexOf('?', charset);
            if (first <= charset || first + 2 >= value.Length || value[first + 2] != '?' || value.AsSpan(charset, first - charset).ContainsAny(' ', '\t'))
                return null;
            var encoding = char.ToUpperInvariant(value[first + 1]);
            var text = first + 3;
            var last = value.IndexOf('?', text);
            return encoding is 'B' or 'Q' && last >= 0 && last + 1 < value.Length && value[last + 1] == '='
                ? new Word(value[charset..first].ToLowerInvariant(), encoding == 'B', text, last - text, last + 2, value)
                : null;
        }

        internal ReadOnlySpan<char> Text => Value.AsSpan(Start, Length);
    }

    private sealed class Run(StringBuilder text, Action<string>? fault)
    {
        private readonly List<byte> _bytes = [];
        private string _charset = "";

        internal bool IsOpen { get; private set; }

        internal void Add(Word word)
        {
            if (IsOpen && _charset != word.Charset)
                Flush();
            (_charset, IsOpen) = (word.Charset, true);
            if (word.IsBase64)
                Base64(word.Text);
            else
                Quoted(word.Text);
        }

        internal void End()
        {
            if (IsOpen)
                Flush();
            IsOpen = false;
        }

        private void Flush()
        {
            if (!Charset.IsKnown(_charset))
                fault?.Invoke("The charset of an encoded word is not known; it is read as UTF-8, or as Windows-1252 where it is not UTF-8.");
            var decoded = Charset.Decode(_bytes.ToArray(), _charset);
            // What was encoded to be a header of its own must not become a line here.
            foreach (var c in decoded)
                text.Append(char.IsControl(c) ? ' ' : c);
            _bytes.Clear();
        }

        private void Quoted(ReadOnlySpan<char> word)
        {
            for (var i = 0; i < word.Length; i++)
            {
                var c = word[i];
                if (c == '=' && i + 2 < word.Length && byte.TryParse(word.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b))
                {
                    _bytes.Add(b);
                    i += 2;
                }
                else if (c == '_')
                {
                    _bytes.Add((byte)' ');
                }
                else
                {
                    Raw(word, ref i, c == '=');
                }
            }
        }

        private void Raw(ReadOnlySpan<char> word, ref int i, bool isBad)
        {
            if (isBad)
                fault?.Invoke("An encoded word has an escape that is none.");
            if (word[i] < 128)
            {
                _bytes.Add((byte)word[i]);
                return;
            }
            fault?.Invoke("An encoded word has characters that are not ASCII.");
            Span<byte> utf8 = stackalloc byte[4];
            var status = Rune.DecodeFromUtf16(word[i..], out var rune, out var taken);
            _bytes.AddRange(utf8[..(status == System.Buffers.OperationStatus.Done ? rune : Rune.ReplacementChar).EncodeToUtf8(utf8)]);
            i += taken - 1;
        }

        private void Base64(ReadOnlySpan<char> word)
        {
            var (bits, count) = (0, 0);
            foreach (var c in word)
            {
                if (TransferDecoder.Sextet(c) is var sextet && sextet < 0)
                {
                    if (c == '=')
                        (bits, count) = (0, 0);
                    else
                        fault?.Invoke("An encoded word has characters that are not base64.");
                    continue;
                }
                bits = (bits << 6 | sextet) & 0xFFFFFF;
                count += 6;
                if (count >= 8)
                {
                    count -= 8;
                    _bytes.Add((byte)((bits >> count) & 0xFF));
                }
            }
        }
    }
}
