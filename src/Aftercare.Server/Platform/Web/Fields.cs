using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Json;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage.Sealed;

namespace Aftercare.Server.Platform.Web;

/// <summary>A file of a form: sealed and durable before anybody looks at it.</summary>
/// <param name="Field">The field it came in.</param>
/// <param name="Name">What its sender calls it; shown, never used as a path.</param>
/// <param name="MediaType">What its sender says it is; never believed.</param>
public sealed record UploadedFile(string Field, StoredBlob Blob, string Name, string MediaType);

/// <summary>A field that a use case asks for, as JSON Schema says it.</summary>
/// <param name="Schema">Of one value or of a list.</param>
public sealed record AskedField(string Name, bool Required, JsonObject Schema);

/// <summary>
/// What a form or a JSON body says, field by field. Reading a field that is wrong notes the fault and goes on, so that a person hears of all of them at once;
/// the door refuses before the handler runs.
/// </summary>
public sealed class Fields(IReadOnlyDictionary<string, ImmutableArray<string>> values, ImmutableArray<UploadedFile> files)
{
    private readonly List<Fault> _faults = [];

    // By name, in the order of asking; null where nobody wants to know.
    private OrderedDictionary<string, AskedField>? _asked;

    /// <summary>The fields that a use case reads: its own parser is asked with nothing in hand, so that the description cannot differ from what is done.</summary>
    public static ImmutableArray<AskedField> AskedBy<T>(Func<Fields, T> parse)
    {
        var nothing = new Fields(ImmutableDictionary<string, ImmutableArray<string>>.Empty, []) { _asked = [] };
        _ = parse(nothing);
        return [.. nothing._asked.Values];
    }

    public ImmutableArray<UploadedFile> Files { get; } = files;

    public ImmutableArray<Fault> Faults => [.. _faults];

    /// <summary>Required text, trimmed, line ends as \n.</summary>
    public string Text(string name, int max, int min = 1)
    {
        Ask(name, () => new() { ["type"] = "string", ["minLength"] = min, ["maxLength"] = max }, required: true);
        var text = One(name);
        if (text.Length < min)
            Fault(name, min == 1 ? "This is needed." : $"At least {min} characters.");
        else if (text.Length > max)
            Fault(name, $"At most {max} characters; this has {text.Length}.");
        return text;
    }

    public string? TextOrNull(string name, int max)
    {
        Ask(name, () => new() { ["type"] = "string", ["maxLength"] = max });
        var text = One(name);
        if (text.Length > max)
            Fault(name, $"At most {max} characters; this has {text.Length}.");
        return text.Length == 0 ? null : text;
    }

    /// <summary>One word of a closed set, as kebab-case.</summary>
    public T OneOf<T>(string name) where T : struct, Enum
    {
        Ask(name, OneWordOf<T>, required: true);
        if (OneOfOrNull<T>(name) is { } value)
            return value;
        if (One(name).Length == 0)
            Fault(name, "Choose one.");
        return default;
    }

    public T? OneOfOrNull<T>(string name) where T : struct, Enum
    {
        Ask(name, OneWordOf<T>);
        var word = One(name);
        if (word.Length == 0)
            return null;
        foreach (var value in Enum.GetValues<T>())
            if (Words.Of(value) == word)
                return value;
        Fault(name, $"'{Short(word)}' is not one of {string.Join(", ", Enum.GetValues<T>().Select(value => Words.Of(value)))}.");
        return null;
    }

    public ImmutableArray<T> ManyOf<T>(string name) where T : struct, Enum
    {
        Ask(name, () => ListOf(OneWordOf<T>()));
        return [.. Many(name).Select(word =>
        {
            var found = Enum.GetValues<T>().Where(value => Words.Of(value) == word).ToList();
            if (found.Count == 0)
                Fault(name, $"'{Short(word)}' is not one of {string.Join(", ", Enum.GetValues<T>().Select(value => Words.Of(value)))}.");
            return found.FirstOrDefault();
        }).Distinct()];
    }

    public Guid Id(string name)
    {
        Ask(name, AnId, required: true);
        return IdOrNull(name) ?? Missing<Guid>(name);
    }

    public Guid? IdOrNull(string name)
    {
        Ask(name, AnId);
        return ParseOrNull<Guid>(name, "an id");
    }

    public ImmutableArray<Guid> Ids(string name)
    {
        Ask(name, () => ListOf(AnId()));
        return [.. Many(name).Select(text =>
        {
            if (!Guid.TryParse(text, out var id))
                Fault(name, $"'{Short(text)}' is not an id.");
            return id;
        }).Distinct()];
    }

    public ImmutableArray<string> Lines(string name, int maxLines, int maxLength)
    {
        Ask(name, () => ListOf(new() { ["type"] = "string", ["maxLength"] = maxLength }));
        var lines = Many(name).SelectMany(text => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToImmutableArray();
        if (lines.Length > maxLines || lines.Any(line => line.Length > maxLength))
            Fault(name, $"At most {maxLines} lines of {maxLength} characters.");
        return lines;
    }

    public Stated Stated(string name)
    {
        Ask(name, AMoment, required: true);
        return StatedOrNull(name) ?? Missing<Stated>(name)!;
    }

    public Stated? StatedOrNull(string name)
    {
        Ask(name, AMoment);
        var text = One(name);
        if (text.Length == 0)
            return null;
        if (Ledger.Stated.TryParse(text, null, out var stated))
            return stated;
        Fault(name, "Write a date (2026-03-04) or a moment with its zone (2026-03-04T10:20:00+01:00).");
        return null;
    }

    /// <summary>A whole day without a time.</summary>
    public DateOnly Day(string name)
    {
        Ask(name, () => new() { ["type"] = "string", ["format"] = "date" }, required: true);
        var text = One(name);
        if (text.Length == 0)
            return Missing<DateOnly>(name);
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            Fault(name, $"'{Short(text)}' is not a day, e.g. 2026-03-04.");
        return day;
    }

    /// <summary>Anything with one spelling of its own.</summary>
    /// <param name="what">For the fault: "a CVE id".</param>
    public T Parse<T>(string name, string what) where T : class, IParsable<T>
    {
        Ask(name, () => new() { ["type"] = "string", ["description"] = what }, required: true);
        return ParseClass<T>(name, what) ?? Missing<T>(name)!;
    }

    public T? ParseClass<T>(string name, string what) where T : class, IParsable<T>
    {
        Ask(name, () => new() { ["type"] = "string", ["description"] = what });
        var text = One(name);
        if (text.Length == 0)
            return null;
        if (T.TryParse(text, CultureInfo.InvariantCulture, out var value))
            return value;
        Fault(name, $"'{Short(text)}' is not {what}.");
        return null;
    }

    public T? ParseOrNull<T>(string name, string what) where T : struct, IParsable<T>
    {
        Ask(name, () => new() { ["type"] = typeof(T) == typeof(int) ? "integer" : "string", ["description"] = what });
        var text = One(name);
        if (text.Length == 0)
            return null;
        if (T.TryParse(text, CultureInfo.InvariantCulture, out var value))
            return value;
        Fault(name, $"'{Short(text)}' is not {what}.");
        return null;
    }

    public int Number(string name, int min, int max)
    {
        Ask(name, () => new() { ["type"] = "integer", ["minimum"] = min, ["maximum"] = max }, required: true);
        var value = ParseOrNull<int>(name, "a whole number") ?? Missing<int>(name);
        if (value < min || value > max)
            Fault(name, $"Between {min} and {max}.");
        return value;
    }

    public bool Tick(string name)
    {
        Ask(name, () => new() { ["type"] = "boolean" });
        return One(name) is "true" or "on" or "yes" or "1";
    }

    /// <summary>The version that the author saw.</summary>
    public int Seen()
    {
        Ask("seen", () => new() { ["type"] = "integer", ["description"] = "The version of the record that the decision rests on. If it has changed since, nothing is done." }, required: true);
        return ParseOrNull<int>("seen", "a version") ?? Missing<int>("seen");
    }

    /// <summary>The same fields without the faults so far, for trying something out.</summary>
    public Fields Aside() => new(values, Files);

    /// <summary>For rules that join fields.</summary>
    public void Fault(string name, string reason) => _faults.Add(new Fault(name, reason));

    /// <summary>All values of a field, trimmed, empty ones left out.</summary>
    public ImmutableArray<string> Many(string name)
    {
        Ask(name, () => ListOf(new() { ["type"] = "string" }));
        return values.TryGetValue(name, out var found) ? [.. found.Select(Tidy).Where(text => text.Length > 0)] : [];
    }

    /// <summary>SHA-256 over everything that was said, so that a used key with another content is noticed.</summary>
    internal byte[] Digest(string path)
    {
        var said = new StringBuilder(path).Append('\n');
        foreach (var (name, texts) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Where(pair => !Unsaid.Contains(pair.Key)))
            foreach (var text in texts)
                said.Append(CultureInfo.InvariantCulture, $"{name.Length}:{name}={text.Length}:{text}\n");
        foreach (var file in Files)
            said.Append(Convert.ToHexString(file.Blob.Sha256));
        return SHA256.HashData(Encoding.UTF8.GetBytes(said.ToString()));
    }

    /// <summary>What was sent, as RFC 8785 JSON: every field untouched but for tokens and passwords, and every file by name and digest. To be kept as the original.</summary>
    public byte[] AsSent() => CanonicalJson.Rfc8785(new JsonObject
    {
        ["fields"] = new JsonObject(values.Where(pair => !Unsaid.Contains(pair.Key))
            .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)new JsonArray([.. pair.Value.Select(text => JsonValue.Create(text))])))),
        ["files"] = new JsonArray([.. Files.Select(file => new JsonObject
        {
            ["field"] = file.Field,
            ["name"] = file.Name,
            ["mediaType"] = file.MediaType,
            ["sha256"] = Convert.ToHexStringLower(file.Blob.Sha256),
            ["length"] = file.Blob.Length,
        })]),
    });

    /// <summary>What a page never shows again, whatever was typed.</summary>
    internal static bool IsSecret(string name) => Unsaid.Contains(name);

    internal string? Raw(string name) => values.TryGetValue(name, out var found) && found.Length > 0 ? found[0] : null;

    // Neither tokens nor passwords nor codes nor the secret of a link belong to what is asked.
    private static readonly HashSet<string> Unsaid = ["__RequestVerificationToken", "password", "newPassword", "mailPassword", "clientSecret", "refreshToken", "signatureCode", "nonce", "secret", PageDoor.Field, PageDoor.FormField];

    private string One(string name) => values.TryGetValue(name, out var found) && found.Length > 0 ? Tidy(found[0]) : "";

    private void Ask(string name, Func<JsonObject> schema, bool required = false)
    {
        if (_asked is not null && !_asked.ContainsKey(name))
            _asked.Add(name, new AskedField(name, required, schema()));
    }

    private static JsonObject OneWordOf<T>() where T : struct, Enum =>
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. Enum.GetValues<T>().Select(value => (JsonNode)Words.Of(value))]) };

    private static JsonObject AnId() => new() { ["type"] = "string", ["format"] = "uuid" };

    private static JsonObject AMoment() => new() { ["type"] = "string", ["description"] = "A date (2026-03-04) or a moment with its zone (2026-03-04T10:20:00+01:00)." };

    private static JsonObject ListOf(JsonObject one) => new() { ["type"] = "array", ["items"] = one };

    private static string Tidy(string text) => text.ReplaceLineEndings("\n").Trim();

    private static string Short(string text) => text.Length <= 40 ? text : text.CutTo(40) + "…";

    [return: MaybeNull]
    private T Missing<T>(string name)
    {
        if (One(name).Length == 0)
            Fault(name, "This is needed.");
        return default;
    }
}

/// <summary>The words of closed sets: in addresses, forms and JSON as kebab-case, on pages as plain words.</summary>
public static class Words
{
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>"Not approved" for <c>NotApproved</c>.</summary>
    public static string Plain<T>(T value) where T : struct, Enum
    {
        var words = Of(value).Replace('-', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }
}
