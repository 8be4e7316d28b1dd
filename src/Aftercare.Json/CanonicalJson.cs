using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aftercare.Json;

/// <summary>
/// The one spelling of a JSON value, for hashing and signing. A value that came from a parser laxer than <see cref="StrictJson"/> is still
/// refused when it has duplicate members or half surrogates.
/// </summary>
public static class CanonicalJson
{
    /// <summary>
    /// RFC 8785 (JCS): members sorted by UTF-16 code units, numbers as ECMAScript writes the nearest double. Integers beyond ±2^53 are
    /// therefore rounded: keep those in strings.
    /// </summary>
    /// <exception cref="JsonFaultException">The value has no such form.</exception>
    public static byte[] Rfc8785(JsonElement value) => CanonicalWriter.Write(value, CanonicalForm.Rfc8785);

    /// <inheritdoc cref="Rfc8785(JsonElement)"/>
    public static byte[] Rfc8785(JsonNode? value) => Rfc8785(NodeReading.ToElement(value));

    /// <summary>
    /// The OLPC form that TUF signs: members sorted by code point, strings raw but for an escaped <c>"</c> and <c>\</c> (so the result need
    /// not be JSON: a line break stays one), integers within ±(2^53 - 1) and no other numbers.
    /// </summary>
    /// <exception cref="JsonFaultException">The value has no such form, as with 1.5, 1.0 or 1e3.</exception>
    public static byte[] Olpc(JsonElement value) => CanonicalWriter.Write(value, CanonicalForm.Olpc);

    /// <inheritdoc cref="Olpc(JsonElement)"/>
    public static byte[] Olpc(JsonNode? value) => Olpc(NodeReading.ToElement(value));

    /// <summary>
    /// <see cref="Olpc(JsonElement)"/> for what we write ourselves: refuses every character but printable ASCII and the line feed of PEM keys,
    /// because TUF clients disagree about the escaping and the order of anything else.
    /// </summary>
    /// <exception cref="JsonFaultException">The value has no such form, or holds such a character in a string or name.</exception>
    public static byte[] OlpcPrintable(JsonElement value) => CanonicalWriter.Write(value, CanonicalForm.OlpcPrintable);

    /// <inheritdoc cref="OlpcPrintable(JsonElement)"/>
    public static byte[] OlpcPrintable(JsonNode? value) => OlpcPrintable(NodeReading.ToElement(value));
}
