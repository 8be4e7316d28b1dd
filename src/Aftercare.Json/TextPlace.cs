using System.Text.Json;

namespace Aftercare.Json;

/// <summary>A place in a text as an editor shows it: both from 1, the column in Unicode characters.</summary>
internal readonly record struct TextPlace(int Line, int Column)
{
    internal static TextPlace Of(ReadOnlySpan<byte> text, int offset)
    {
        var before = text[..offset];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return new TextPlace(before.Count((byte)'\n') + 1, Characters(before[lineStart..]) + 1);
    }

    internal static TextPlace Of(ReadOnlySpan<byte> text, JsonException e)
    {
        var lineStart = 0;
        for (var line = 0; line < (e.LineNumber ?? 0); line++)
            lineStart += text[lineStart..].IndexOf((byte)'\n') + 1;
        return Of(text, Math.Min(text.Length, lineStart + (int)(e.BytePositionInLine ?? 0)));
    }

    internal JsonFault Fault(string pointer, string reason) => new(pointer, Line, Column, reason);

    private static int Characters(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var b in utf8)
        {
            if ((b & 0xC0) != 0x80)
                count++;
        }

        return count;
    }
}
