using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Aftercare.Vulnerabilities;

namespace Aftercare.Csaf;

/// <summary>How the records are spelled in JSON: snake_case, nothing empty, instants in UTC.</summary>
internal static class CsafJson
{
    private static readonly JsonSerializerOptions Options = new(CsafJsonContext.Default.Options)
    {
        // Advisories are read by people too: umlauts stay umlauts. The bytes are served as JSON and never pasted into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
        MaxDepth = CsafDocument.Limits.MaxDepth,
        Converters =
        {
            new UtcInstant(),
            new Spelling<Justification>(),
            new JsonStringEnumConverter<Severity>(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false),
        },
        TypeInfoResolver = CsafJsonContext.Default.WithAddedModifier(OmitEmptyLists),
    };

    internal static JsonTypeInfo<CsafDocument> Document { get; } = (JsonTypeInfo<CsafDocument>)Options.GetTypeInfo(typeof(CsafDocument));

    internal static JsonTypeInfo<Publisher> Publisher { get; } = (JsonTypeInfo<Publisher>)Options.GetTypeInfo(typeof(Publisher));

    private static void OmitEmptyLists(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(p => p.PropertyType != typeof(string) && p.PropertyType.IsAssignableTo(typeof(IList))))
            property.ShouldSerialize = (_, value) => value is IList { Count: > 0 };
    }

    /// <summary>RFC 3339 with milliseconds and Z; more precision than that is noise in an advisory.</summary>
    private sealed class UtcInstant : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Rfc3339.TryParse(reader.GetString(), out var instant) ? instant : throw new JsonException("is not an RFC 3339 date-time");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Rfc3339.Format(value));
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    WriteIndented = true)]
[JsonSerializable(typeof(CsafDocument))]
internal sealed partial class CsafJsonContext : JsonSerializerContext;

/// <summary>Enumeration words in CSAF's spelling; numbers are not accepted in their place.</summary>
internal sealed class Spelling<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

internal static class Rfc3339
{
    internal static string Format(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339 §5.6 with the T and an offset; digits past the seventh of a second's fraction are cut.</summary>
    internal static bool TryParse(string? text, out DateTimeOffset instant)
    {
        instant = default;
        var match = Patterns.DateTime().Match(text ?? "");
        return match.Success && DateTimeOffset.TryParse(
            $"{match.Groups["second"].Value}.{match.Groups["fraction"].Value.PadRight(7, '0')[..7]}{match.Groups["offset"].Value}",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out instant);
    }
}

internal static class Lists
{
    extension<T>(ImmutableArray<T> list)
    {
        /// <summary>A list that nobody gave, in JSON or in code, is empty. (The generated reader would leave it without an array.)</summary>
        internal ImmutableArray<T> OrEmpty => list.IsDefault ? [] : list;
    }
}
