using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Aftercare.Json;

/// <summary>One pass over the tokens, which keeps the path so that a fault can name its place.</summary>
internal ref struct StrictScan
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly JsonLimits _limits;
    private readonly List<Level> _open = [];
    private Utf8JsonReader _reader;

    private StrictScan(ReadOnlySpan<byte> text, JsonLimits limits)
    {
        _text = text;
        _limits = limits;
        // One deeper than allowed, so that it is we who say which place is too deep.
        _reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = limits.MaxDepth + 1 });
    }

    internal static JsonFault? FirstFault(ReadOnlySpan<byte> text, JsonLimits limits)
    {
        if (text.Length > limits.MaxBytes)
            return new JsonFault("", 1, 1, $"The text has {text.Length} bytes; at most {limits.MaxBytes} are read.");
        if (text.StartsWith("\uFEFF"u8))
            return new JsonFault("", 1, 1, "The text starts with a byte order mark, which JSON forbids (RFC 8259 §8.1).");
        if (FirstInvalidUtf8(text) is { } offset)
            return TextPlace.Of(text, offset).Fault("", "The text is not valid UTF-8.");

        return new StrictScan(text, limits).Walk();
    }

    private JsonFault? Walk()
    {
        try
        {
            while (_reader.Read())
            {
                if (Look() is { } reason)
                    return TextPlace.Of(_text, (int)_reader.TokenStartIndex).Fault(Path(), reason);
            }

            return null;
        }
        catch (JsonException e)
        {
            return TextPlace.Of(_text, e).Fault(Path(), Sentence(e.Message));
        }
    }

    /// <summary>Takes one token in; the reason when it must be refused.</summary>
    private string? Look()
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                NextElement();
                if (_open.Count == _limits.MaxDepth)
                    return $"The value is nested deeper than {_limits.MaxDepth} levels.";
                _open.Add(new Level(_reader.TokenType == JsonTokenType.StartArray));
                return null;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _open.RemoveAt(_open.Count - 1);
                return null;
            case JsonTokenType.PropertyName:
                return LookAtName();
            default:
                NextElement();
                return LookAtValue();
        }
    }

    private readonly void NextElement()
    {
        if (_open is [.., var parent])
            parent.NextElement();
    }

    private readonly string? LookAtName()
    {
        if (HasLoneSurrogate())
            return "The member's name holds half of a surrogate pair.";

        return _open[^1].NextMember(_reader.GetString()!) ? null : "The member is there twice.";
    }

    private readonly string? LookAtValue() => _reader.TokenType switch
    {
        JsonTokenType.String when HasLoneSurrogate() => "The string holds half of a surrogate pair.",
        JsonTokenType.Number when !double.IsFinite(_reader.GetDouble()) => "The number is beyond what a double can hold.",
        _ => null,
    };

    // Raw halves are invalid UTF-8 and were refused before; what is left are escaped ones.
    private readonly bool HasLoneSurrogate()
    {
        if (!_reader.ValueIsEscaped)
            return false;

        var text = _reader.ValueSpan;
        for (var at = 0; text[at..].IndexOf((byte)'\\') is >= 0 and var next;)
        {
            at += next;
            if (text[at + 1] != 'u')
            {
                at += 2;
                continue;
            }

            var unit = (char)CodeUnit(text, at);
            at += 6;
            if (!char.IsSurrogate(unit))
                continue;
            if (char.IsLowSurrogate(unit) || !char.IsLowSurrogate((char)CodeUnit(text, at)))
                return true;
            at += 6;
        }

        return false;
    }

    private static int CodeUnit(ReadOnlySpan<byte> text, int at) =>
        text[at..] is [(byte)'\\', (byte)'u', _, _, _, _, ..]
            ? int.Parse(text.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : 0;

    private readonly string Path()
    {
        var pointer = new StringBuilder();
        foreach (var level in _open)
        {
            if (level.Here is { } name)
                JsonPointer.AppendToken(pointer, name);
        }

        return pointer.ToString();
    }

    private static int? FirstInvalidUtf8(ReadOnlySpan<byte> text)
    {
        if (System.Text.Unicode.Utf8.IsValid(text))
            return null;

        var offset = 0;
        while (Rune.DecodeFromUtf8(text[offset..], out _, out var length) == OperationStatus.Done)
            offset += length;
        return offset;
    }

    // The reader ends its messages with its own, zero-based place.
    private static string Sentence(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    /// <summary>An open object or array, and where in it we are.</summary>
    private sealed class Level(bool isArray)
    {
        private int _index = -1;
        private string? _name;
        private HashSet<string>? _earlier;

        internal string? Here => isArray && _index >= 0 ? _index.ToString(CultureInfo.InvariantCulture) : _name;

        internal void NextElement()
        {
            if (isArray)
                _index++;
        }

        /// <summary>False when the object already has this member.</summary>
        internal bool NextMember(string name)
        {
            // Most objects in advisories have few members, but the set must be fresh for each: clearing a large one for every small
            // sibling would let a text of n bytes cost n² steps.
            _earlier ??= new HashSet<string>(StringComparer.Ordinal);
            _name = name;
            return _earlier.Add(name);
        }
    }
}
