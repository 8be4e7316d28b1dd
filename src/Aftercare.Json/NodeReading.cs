using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aftercare.Json;

internal static class NodeReading
{
    /// <exception cref="JsonFaultException">
    /// A string or name holds half of a surrogate pair, which <see cref="Utf8JsonWriter"/> would quietly replace; or deeper than 1000.
    /// </exception>
    internal static JsonElement ToElement(JsonNode? node)
    {
        try
        {
            RefuseHalfSurrogates(node);
            return JsonElement.Parse(Written(node), new JsonDocumentOptions { MaxDepth = 1000 });
        }
        catch (InvalidOperationException e)
        {
            // Parts that were parsed and never looked at are read only now.
            throw new JsonFaultException(new JsonFault("", 0, 0, e.Message));
        }
    }

    private static ReadOnlySpan<byte> Written(JsonNode? node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (node is null)
                writer.WriteNullValue();
            else
                node.WriteTo(writer);
        }

        return buffer.WrittenSpan;
    }

    private static void RefuseHalfSurrogates(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, member) in members)
                {
                    RefuseHalfSurrogates(name, members);
                    RefuseHalfSurrogates(member);
                }

                break;
            case JsonArray elements:
                foreach (var element in elements)
                    RefuseHalfSurrogates(element);
                break;
            // A value still in its parsed form keeps its escapes; writing it finds the halves.
            case JsonValue value when !value.TryGetValue<JsonElement>(out _) && value.TryGetValue<string>(out var text):
                RefuseHalfSurrogates(text, value);
                break;
        }
    }

    private static void RefuseHalfSurrogates(string text, JsonNode at)
    {
        for (var i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsSurrogatePair(text, i))
                throw new JsonFaultException(new JsonFault(Pointer(at).ToString(), 0, 0, "A string or name holds half of a surrogate pair."));
            i++;
        }
    }

    private static JsonPointer Pointer(JsonNode node) => node.Parent switch
    {
        JsonObject => Pointer(node.Parent).Append(node.GetPropertyName()),
        JsonArray => Pointer(node.Parent).Append(node.GetElementIndex()),
        _ => JsonPointer.Root,
    };
}
