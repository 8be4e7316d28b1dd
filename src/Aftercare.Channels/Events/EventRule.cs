using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Aftercare.Channels.Events;

/// <summary>
/// What in an event is worth a report, and how often within what time. A rule is a JSON file; those that come with the product are in <c>Rules/</c>.
/// It looks at everything that the message said, also at what the site's agreement drops, and tells only that it is met and what it takes by name.
/// </summary>
/// <remarks>
/// Members: <c>rule</c> (its id: small letters, digits and hyphens), <c>title</c> (a sentence for people), <c>windowSeconds</c> (1 to 604,800),
/// <c>threshold</c> (1 to 100 events of one device, the first and the last at most the window apart) and <c>forms</c>. An event meets the rule when
/// it has one of the forms: <c>source</c> (where this form is documented), <c>all</c> (conditions that hold together) and <c>take</c> (from names of
/// groups of a
/// <c>matches</c> to <c>number</c>, <c>version</c>, <c>code</c> or <c>device</c>; what is not of that form is not taken). A condition names a
/// <c>field</c> of
/// <see cref="EventField"/> and has one of <c>is</c> (one of these values), <c>isNot</c> (the field is there, with none of these values),
/// <c>matches</c> (a regular expression that needs no backtracking) and <c>earlierThan</c> (another field; both are instants).
/// </remarks>
public sealed partial class EventRule
{
    private const int MostBytes = 64 * 1024, LongestWindow = 7 * 24 * 3600, MostThreshold = 100;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly ImmutableArray<Form> _forms;

    private EventRule(string id, string title, TimeSpan window, int threshold, ImmutableArray<Form> forms)
    {
        (Id, Title, Window, Threshold) = (id, title, window, threshold);
        _forms = forms;
    }

    /// <summary>The rules that come with the product, by their ids.</summary>
    public static ImmutableSortedDictionary<string, EventRule> All { get; } = Embedded();

    public string Id { get; }

    public string Title { get; }

    public TimeSpan Window { get; }

    public int Threshold { get; }

    /// <value>Where its forms are documented.</value>
    public IEnumerable<string> Sources => _forms.Select(form => form.Source);

    /// <exception cref="FormatException">Not a rule; the message says why, and never holds an event's words.</exception>
    public static EventRule Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > MostBytes)
            throw new FormatException($"The rule has more than {MostBytes} bytes.");
        Written written;
        try
        {
            written = JsonSerializer.Deserialize<Written>(json, Strict) ?? throw new FormatException("The rule is empty.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"Line {(e.LineNumber ?? 0) + 1} at {e.Path}: is not as a rule is written.", e);
        }
        if (!IdForm().IsMatch(written.Rule))
            throw new FormatException("rule: is not 1 to 60 small letters, digits and hyphens.");
        if (written.WindowSeconds is < 1 or > LongestWindow || written.Threshold is < 1 or > MostThreshold)
            throw new FormatException($"{written.Rule}: the window is 1 to {LongestWindow} seconds and the threshold 1 to {MostThreshold}.");
        if (written.Forms is [] || written.Forms.Any(form => form.All is []))
            throw new FormatException($"{written.Rule}: a rule has forms, and a form has conditions.");
        return new(
            written.Rule, written.Title, TimeSpan.FromSeconds(written.WindowSeconds), written.Threshold,
            [.. written.Forms.Select(form => Form.Of(written.Rule, form))]);
    }

    /// <summary>Null when the event does not meet the rule.</summary>
    internal Sign? SignIn(RawEvent raw, EventAgreement agreement, SiteKey key)
    {
        foreach (var form in _forms)
        {
            if (form.All.All(condition => condition.Holds(raw)))
                return new(Id, form.Taken(raw, agreement, key));
        }
        return null;
    }

    private static ImmutableSortedDictionary<string, EventRule> Embedded()
    {
        var assembly = typeof(EventRule).Assembly;
        var rules = ImmutableSortedDictionary.CreateBuilder<string, EventRule>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("Events.Rules.", StringComparison.Ordinal)))
        {
            using var file = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            var rule = Read(bytes);
            rules.Add(rule.Id, rule);
        }
        return rules.ToImmutable();
    }

    [GeneratedRegex(@"^[a-z0-9-]{1,60}\z")]
    private static partial Regex IdForm();

    private sealed record Form(string Source, ImmutableArray<Condition> All, ImmutableArray<(string Name, string As)> Take)
    {
        internal static Form Of(string rule, WrittenForm form)
        {
            var conditions = form.All.Select(condition => Condition.Of(rule, condition)).ToImmutableArray();
            var take = (form.Take ?? []).Select(pair => (pair.Key, pair.Value)).ToImmutableArray();
            foreach (var (name, @as) in take)
            {
                if (!conditions.Any(condition => condition.Matches?.GroupNumberFromName(name) > 0))
                    throw new FormatException($"{rule}: nothing is matched by the name {name}.");
                if (@as is not ("number" or "version" or "code" or "device"))
                    throw new FormatException($"{rule}: {name} is taken neither as number, version or code nor as device.");
            }
            return new(form.Source, conditions, take);
        }

        internal ImmutableSortedDictionary<string, string> Taken(RawEvent raw, EventAgreement agreement, SiteKey key)
        {
            var taken = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            foreach (var (name, @as) in Take)
            {
                var found = All.Select(condition => condition.Group(raw, name)).FirstOrDefault(value => value is not null);
                if (found is not null && Kept(found, @as, agreement, key) is { } kept)
                    taken[name] = kept;
            }
            return taken.ToImmutable();
        }

        private static string? Kept(string value, string @as, EventAgreement agreement, SiteKey key) => @as switch
        {
            "number" => Number().IsMatch(value) ? value : null,
            "version" => Version().IsMatch(value) ? value : null,
            "code" => Code().IsMatch(value) ? value : null,
            _ => agreement.Device(value) ?? key.Pseudonym("name", value),
        };
    }

    private sealed record Condition(string Field, ImmutableArray<string>? Is, ImmutableArray<string>? IsNot, Regex? Matches, string? EarlierThan)
    {
        internal static Condition Of(string rule, WrittenCondition written)
        {
            if (EventField.Find(written.Field) is null || written.EarlierThan is { } other && EventField.Find(other) is null)
                throw new FormatException($"{rule}: a condition is on something that is not a field.");
            object?[] tests = [written.Is, written.IsNot, written.Matches, written.EarlierThan];
            if (tests.Count(test => test is not null) != 1)
                throw new FormatException($"{rule}: a condition on {written.Field} has not one of is, isNot, matches and earlierThan.");
            try
            {
                // Without backtracking: whoever writes a log line must not decide how long we read it.
                var matches = written.Matches is null ? null
                    : new Regex(written.Matches, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
                return new(written.Field, written.Is?.ToImmutableArray(), written.IsNot?.ToImmutableArray(), matches, written.EarlierThan);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                throw new FormatException($"{rule}: the regular expression on {written.Field} cannot be used.", e);
            }
        }

        internal bool Holds(RawEvent raw) =>
            Is is { } allowed ? raw.Of(Field).Any(value => allowed.Contains(value))
            : IsNot is { } barred ? raw.Of(Field).ToArray() is [_, ..] values && !values.Any(value => barred.Contains(value))
            : Matches is { } regex ? raw.Of(Field).Any(regex.IsMatch)
            : Instant(raw, Field) is { } one && Instant(raw, EarlierThan!) is { } two && one < two;

        internal string? Group(RawEvent raw, string name) => Matches is null || Matches.GroupNumberFromName(name) <= 0 ? null
            : raw.Of(Field).Select(value => Matches.Match(value).Groups[name]).FirstOrDefault(group => group.Success)?.Value;

        private static DateTimeOffset? Instant(RawEvent raw, string field) =>
            raw.Of(field).Select(value => WireTime.Rfc3339(value, mostFraction: 9)).FirstOrDefault();
    }

    private sealed record Written(string Rule, string Title, int WindowSeconds, int Threshold, WrittenForm[] Forms);

    private sealed record WrittenForm(string Source, WrittenCondition[] All, Dictionary<string, string>? Take = null);

    private sealed record WrittenCondition(
        string Field, string[]? Is = null, string[]? IsNot = null, string? Matches = null, string? EarlierThan = null);

    [GeneratedRegex(@"^[+-]?[0-9]{1,9}(\.[0-9]{1,9})?\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[0-9]{1,5}(\.[0-9]{1,5}){1,4}\z")]
    private static partial Regex Version();

    [GeneratedRegex(@"^(0x[0-9A-Fa-f]{1,8}|[0-9]{1,6})\z")]
    private static partial Regex Code();
}
