using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Aftercare.Json;

/// <summary>Writes a value in one <see cref="CanonicalForm"/>; keeps the pointer for the fault.</summary>
internal sealed class CanonicalWriter
{
    private readonly CanonicalForm _form;
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly List<string> _path = [];

    private CanonicalWriter(CanonicalForm form) => _form = form;

    internal static byte[] Write(JsonElement value, CanonicalForm form)
    {
        var writer = new CanonicalWriter(form);
        writer.Value(value);
        return writer._output.WrittenSpan.ToArray();
    }

    private void Value(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Object(value);
                break;
            case JsonValueKind.Array:
                Array(value);
                break;
            case JsonValueKind.String:
                String(Text(value));
                break;
            case JsonValueKind.Number:
                Put(_form.Number(value) ?? throw Fault(_form.NumberRule));
                break;
            case JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null:
                Put(value.GetRawText());
                break;
            default:
                throw new ArgumentException("There is no value to write.", nameof(value));
        }
    }

    private void Object(JsonElement value)
    {
        var members = value.EnumerateObject().Select(m => (Name: Text(m), m.Value)).OrderBy(m => m.Name, _form.NameOrder);
        string? previous = null;

        Put('{');
        foreach (var (name, member) in members)
        {
            _path.Add(name);
            if (name == previous)
                throw Fault("The member is there twice.");
            if (previous is not null)
                Put(',');
            String(name);
            Put(':');
            Value(member);
            previous = name;
            _path.RemoveAt(_path.Count - 1);
        }

        Put('}');
    }

    private void Array(JsonElement value)
    {
        var index = 0;
        Put('[');
        foreach (var element in value.EnumerateArray())
        {
            _path.Add(index.ToString(CultureInfo.InvariantCulture));
            if (index++ > 0)
                Put(',');
            Value(element);
            _path.RemoveAt(_path.Count - 1);
        }

        Put(']');
    }

    private void String(string text)
    {
        if (_form.Refuses(text))
            throw Fault("The text holds a character other than printable ASCII and line feed.");

        Put('"');
        Put(_form.Escaped(text));
        Put('"');
    }

    private string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Fault("The string holds half of a surrogate pair.");
        }
    }

    private string Text(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw Fault("A member's name holds half of a surrogate pair.");
        }
    }

    private void Put(char ascii) => _output.Write([(byte)ascii]);

    private void Put(string text) => Encoding.UTF8.GetBytes(text, _output);

    private JsonFaultException Fault(string reason)
    {
        var pointer = new StringBuilder();
        foreach (var name in _path)
            JsonPointer.AppendToken(pointer, name);
        return new JsonFaultException(new JsonFault(pointer.ToString(), 0, 0, reason));
    }
}
