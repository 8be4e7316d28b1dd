using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>Headers with a structure, as the obsolete syntax of RFC 5322 §4 and as broken writers write them. Each value is passed once.</summary>
internal sealed class HeaderReader(MimeLimits limits, FaultList faults)
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    internal MimeType? Type(MimeHeader? header)
    {
        if (header is null)
            return null;
        var type = MimeType.Parse(header.Value, limits.MostParameters, Fault(header));
        if (type.IsMediaType)
            return type;
        faults.Add(header.Position, "The Content-Type is malformed; the part is read as plain text.");
        return new MimeType("text/plain", type.Parameters);
    }

    internal MimeType? Disposition(MimeHeader? header) => header is null ? null : MimeType.Parse(header.Value, limits.MostParameters, Fault(header));

    internal string? Text(MimePart part, string name) => Only(part, name) is { } header ? EncodedWords.Decode(header.Value, Fault(header)) : null;

    /// <summary>The people of all headers of that name.</summary>
    internal ImmutableArray<Correspondent> People(MimePart part, string name)
    {
        var people = ImmutableArray.CreateBuilder<Correspondent>();
        foreach (var header in part.Headers)
        {
            if (header.Is(name))
                new AddressList(header.Value, limits.MostAddresses, people, Fault(header)).Read();
        }
        return people.ToImmutable();
    }

    /// <summary>What stands in angle brackets, or else the words with an @ (RFC 5322 §4.5.4 let phrases stand among them).</summary>
    internal ImmutableArray<string> Ids(MimePart part, string name)
    {
        var ids = ImmutableArray.CreateBuilder<string>();
        foreach (var header in part.Headers)
        {
            if (!header.Is(name))
                continue;
            var value = header.Value.AsSpan();
            while (value.IndexOf('<') is var open and >= 0 && value[open..].IndexOf('>') is var length and > 0 && ids.Count < limits.MostAddresses)
            {
                var inner = value.Slice(open + 1, length - 1);
                // A "<" that nobody closed is no part of the id behind it.
                inner = inner[(inner.LastIndexOf('<') + 1)..].Trim();
                if (!inner.IsEmpty)
                    ids.Add($"<{inner.ToString().Replace(" ", "", StringComparison.Ordinal)}>");
                value = value[(open + length + 1)..];
            }
            if (ids.Count == 0 && header.Value.Length > 0)
            {
                Fault(header)("A Message-ID has no angle brackets.");
                ids.AddRange(header.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word.Contains('@', StringComparison.Ordinal))
                    .Take(limits.MostAddresses).Select(word => $"<{word.Trim('<', '>', ',', ';')}>"));
            }
            if (ids.Count >= limits.MostAddresses)
                Fault(header)($"A header has more than {limits.MostAddresses} Message-IDs; the others are not read.");
        }
        return ids.ToImmutable();
    }

    /// <summary>RFC 5322 §3.3 and §4.3.</summary>
    internal DateTimeOffset? Date(MimePart part, string name)
    {
        if (Only(part, name) is not { } header)
            return null;
        var date = Date(header.Value);
        if (date is null)
            faults.Add(header.Position, "The date is unreadable.");
        return date;
    }

    internal static DateTimeOffset? Date(string value)
    {
        var words = WithoutComments(value).Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries).ToList();
        if (words.Count > 0 && !char.IsAsciiDigit(words[0][0]))
            words.RemoveAt(0);
        // 22-Nov-2026
        if (words.Count > 0 && words[0].Split('-') is [var d, var m, var y])
            words = [d, m, y, .. words[1..]];
        if (words.Count < 4 || !Number(words[0], 2, out var day) || Array.IndexOf(Months, words[1].ToLowerInvariant()[..Math.Min(3, words[1].Length)]) is var month && month < 0
            || !Number(words[2], 4, out var year) || words[3].Split(':') is not { Length: 2 or 3 } time
            || !Number(time[0], 2, out var hour) || !Number(time[1], 2, out var minute))
            return null;
        var second = 0;
        if (time.Length == 3 && !Number(time[2].Split('.')[0], 2, out second))
            return null;
        // §4.3: two digits below 50 are of this century; three count from 1900.
        year += words[2].Length switch { 2 => year < 50 ? 2000 : 1900, 3 => 1900, _ => 0 };
        if (Zone(words.Count > 4 ? words[4] : "") is not { } zone || year is < 1 or > 9998 || day < 1 || day > DateTime.DaysInMonth(year, month + 1) || hour > 23 || minute > 59 || second > 60)
            return null;
        var local = new DateTime(year, month + 1, day, hour, minute, Math.Min(second, 59), DateTimeKind.Unspecified);
        return local.Ticks - zone.Ticks < 0 ? null : new DateTimeOffset(local, zone);
    }

    private static bool Number(string text, int digits, out int number)
    {
        number = 0;
        return text.Length <= digits && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    // §4.3: what is not known is as good as -0000.
    private static TimeSpan? Zone(string zone)
    {
        if (zone is ['+' or '-', .. var digits])
        {
            digits = digits.Replace(":", "", StringComparison.Ordinal);
            if (digits.Length != 4 || !Number(digits, 4, out var hhmm) || hhmm / 100 > 14 || hhmm % 100 > 59 || hhmm > 1400)
                return null;
            var offset = new TimeSpan(hhmm / 100, hhmm % 100, 0);
            return zone[0] == '-' ? -offset : offset;
        }
        return TimeSpan.FromHours(zone.ToUpperInvariant() switch { "EDT" => -4, "EST" or "CDT" => -5, "CST" or "MDT" => -6, "MST" or "PDT" => -7, "PST" => -8, _ => 0 });
    }

    internal static string WithoutComments(string value)
    {
        if (!value.Contains('(', StringComparison.Ordinal))
            return value;
        var text = new StringBuilder(value.Length);
        var depth = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '(')
                depth++;
            else if (value[i] == ')' && depth > 0)
                depth--;
            else if (value[i] == '\\' && depth > 0)
                i++;
            else if (depth == 0)
                text.Append(value[i]);
        }
        return text.ToString();
    }

    private MimeHeader? Only(MimePart part, string name)
    {
        MimeHeader? first = null;
        foreach (var header in part.Headers)
        {
            if (!header.Is(name))
                continue;
            if (first is not null)
                faults.Add(header.Position, $"There is more than one {name}; the first counts.");
            first ??= header;
        }
        return first;
    }

    private Action<string> Fault(MimeHeader header) => why => faults.Add(header.Position, why);
}
