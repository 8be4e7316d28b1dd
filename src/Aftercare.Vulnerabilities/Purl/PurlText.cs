using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Aftercare.Vulnerabilities;

/// <summary>Takes the text of a package URL apart and puts it together (ECMA-427, "How to parse" and "How to build").</summary>
internal static class PurlText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static bool TryParse(
        string text, PurlDemands demands, [NotNullWhen(true)] out PackageUrl? purl, [NotNullWhen(false)] out string? fault) =>
        TryMake(() => Split(text), demands, out purl, out fault);

    internal static bool TryBuild(
        PurlInput input, PurlDemands demands, [NotNullWhen(true)] out PackageUrl? purl, [NotNullWhen(false)] out string? fault) =>
        TryMake(() => input, demands, out purl, out fault);

    private static bool TryMake(
        Func<PurlInput> input, PurlDemands demands, [NotNullWhen(true)] out PackageUrl? purl, [NotNullWhen(false)] out string? fault)
    {
        try
        {
            var parts = Checked(input());
            var rules = PurlType.Of(parts.Type);
            parts = rules.Normalised(parts);
            fault = demands == PurlDemands.OfTheType ? rules.Fault(parts) : null;
            purl = fault is null ? new PackageUrl(parts) : null;
        }
        catch (PurlFaultException e)
        {
            (purl, fault) = (null, e.Message);
        }

        return purl is not null;
    }

    internal static string Canonical(PurlParts parts)
    {
        var text = new StringBuilder("pkg:").Append(parts.Type).Append('/');
        if (parts.Namespace is not null)
            text.Append(EncodeSegments(parts.Namespace)).Append('/');
        // In a git URL the path on the host is one name, whose slashes stay (purl type git).
        text.Append(parts.Type == PurlType.Git ? EncodeSegments(parts.Name) : Encode(parts.Name));
        if (parts.Version is not null)
            text.Append('@').Append(Encode(parts.Version));
        if (!parts.Qualifiers.IsEmpty)
            text.Append('?').AppendJoin('&', parts.Qualifiers.Select(q => $"{q.Key}={Encode(q.Value)}"));
        if (parts.Subpath is not null)
            text.Append('#').Append(EncodeSegments(parts.Subpath));
        return text.ToString();
    }

    private static PurlInput Split(string text)
    {
        if (text.Length > PackageUrl.MaxLength)
            throw new PurlFaultException($"A package URL has at most {PackageUrl.MaxLength} characters.");
        RefuseHalfSurrogates(text);

        var (rest, subpath) = CutLast(text, text.LastIndexOf('#'));
        (rest, var qualifiers) = CutLast(rest, rest.LastIndexOf('?'));
        if (!rest.StartsWith("pkg:", StringComparison.OrdinalIgnoreCase))
            throw new PurlFaultException("A package URL starts with 'pkg:'.");

        rest = rest["pkg:".Length..].TrimStart('/');
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            throw new PurlFaultException("A package URL has a type and a name, with a slash between them.");

        var type = rest[..slash];
        (rest, var version) = CutLast(rest[(slash + 1)..], VersionMark(rest[(slash + 1)..]));
        var (space, name) = PurlType.Lowered(type) == PurlType.Git ? CutFirstSegment(rest) : CutLastSegment(rest);
        return new PurlInput(
            type, DecodeSegments(space), Decode(name), Decode(version ?? ""), SplitQualifiers(qualifiers ?? ""), DecodeSegments(subpath ?? ""));
    }

    /// <summary>
    /// Where the version begins: at the last '@', unless that begins a segment of the namespace (an npm scope whose '@' is not encoded).
    /// </summary>
    private static int VersionMark(string path)
    {
        var mark = path.LastIndexOf('@');
        return mark >= 0 && (mark == 0 || path[mark - 1] == '/') && path.IndexOf('/', mark) > 0 ? -1 : mark;
    }

    private static (string Before, string? After) CutLast(string text, int at) => at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);

    private static (string Space, string Name) CutLastSegment(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
    }

    private static (string Space, string Name) CutFirstSegment(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
    }

    private static List<KeyValuePair<string, string>> SplitQualifiers(string text)
    {
        var qualifiers = new List<KeyValuePair<string, string>>();
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split('=', 2) is not [var key, var value])
                throw new PurlFaultException("A qualifier is a key, an equals sign and a value.");
            qualifiers.Add(new(key, Decode(value)));
        }

        return qualifiers;
    }

    private static PurlParts Checked(PurlInput input)
    {
        var type = PurlType.Lowered(input.Type ?? "");
        if (type is not [>= 'a' and <= 'z', ..] || !type.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'))
            throw new PurlFaultException("A type begins with an ASCII letter and has letters, digits, '.' and '-' only.");
        if (OrNull(type == PurlType.Git ? Joined(input.Name, _ => true) : input.Name) is not { } name)
            throw new PurlFaultException("A package URL has a name.");

        string?[] texts = [input.Namespace, input.Name, input.Version, input.Subpath, .. input.Qualifiers.Select(q => q.Value)];
        foreach (var text in texts)
            RefuseHalfSurrogates(text);

        return new PurlParts(
            type, Joined(input.Namespace, _ => true), name, OrNull(input.Version), CheckedQualifiers(input.Qualifiers),
            Joined(input.Subpath, segment => segment is not ("." or "..")));
    }

    private static ImmutableSortedDictionary<string, string> CheckedQualifiers(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var qualifiers = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (given, value) in pairs)
        {
            var key = PurlType.Lowered(given);
            if (key is not [>= 'a' and <= 'z', ..] || !key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
                throw new PurlFaultException("A qualifier's key begins with an ASCII letter and has letters, digits, '.', '-' and '_' only.");
            if (qualifiers.ContainsKey(key))
                throw new PurlFaultException($"The qualifier '{key}' is given twice.");
            if (!string.IsNullOrEmpty(value))
                qualifiers.Add(key, value);
        }

        return qualifiers.ToImmutable();
    }

    private static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string? Joined(string? path, Func<string, bool> keeps) =>
        OrNull(string.Join('/', (path ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries).Where(keeps)));

    private static void RefuseHalfSurrogates(string? text)
    {
        try
        {
            StrictUtf8.GetByteCount(text ?? "");
        }
        catch (EncoderFallbackException)
        {
            throw new PurlFaultException("The text holds half of a surrogate pair.");
        }
    }

    private static string DecodeSegments(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Decode).ToArray();
        return segments.Any(s => s.Contains('/', StringComparison.Ordinal))
            ? throw new PurlFaultException("A segment of a namespace or subpath holds no encoded slash.")
            : string.Join('/', segments);
    }

    private static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
            return text;

        var bytes = new List<byte>(text.Length);
        foreach (var (i, part) in text.Split('%').Index())
        {
            if (i > 0 && (part.Length < 2 || !char.IsAsciiHexDigit(part[0]) || !char.IsAsciiHexDigit(part[1])))
                throw new PurlFaultException("A percent sign is followed by two hexadecimal digits.");
            if (i > 0)
                bytes.Add(byte.Parse(part.AsSpan(0, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            bytes.AddRange(Encoding.UTF8.GetBytes(i > 0 ? part[2..] : part));
        }

        try
        {
            return StrictUtf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            throw new PurlFaultException("The percent-encoded bytes are not UTF-8.");
        }
    }

    private static string EncodeSegments(string path) => string.Join('/', path.Split('/').Select(Encode));

    private static string Encode(string text)
    {
        if (text.All(IsPlain))
            return text;

        var encoded = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (IsPlain((char)b))
                encoded.Append((char)b);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return encoded.ToString();
    }

    // The colon is never encoded (ECMA-427, "Character encoding").
    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '~' or ':';
}
