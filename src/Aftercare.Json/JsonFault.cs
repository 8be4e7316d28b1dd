using System.Diagnostics.CodeAnalysis;

namespace Aftercare.Json;

/// <summary>What is wrong with a JSON text, and where.</summary>
/// <param name="Pointer">RFC 6901 pointer to the value or member at fault; empty for the whole text.</param>
/// <param name="Line">Counted from 1; 0 when the value no longer has a text (a canonical form was asked of a value in memory).</param>
/// <param name="Column">Counted from 1 in Unicode characters; 0 as for <paramref name="Line"/>.</param>
/// <param name="Reason">One sentence for a person, without the place and without quoting values.</param>
[SuppressMessage("Naming", "CA1720", Justification = "A JSON pointer is what RFC 6901 calls it.")]
public sealed record JsonFault(string Pointer, int Line, int Column, string Reason)
{
    public override string ToString()
    {
        var place = Pointer.Length == 0 ? "" : $" at {Pointer}";
        return Line == 0 ? $"{Reason}{place}" : $"{Reason}{place} (line {Line}, column {Column})";
    }
}

/// <summary>The JSON is not what we read or write. Not a bug: outside input can cause it.</summary>
public sealed class JsonFaultException(JsonFault fault) : Exception(fault.ToString())
{
    public JsonFault Fault { get; } = fault;
}
