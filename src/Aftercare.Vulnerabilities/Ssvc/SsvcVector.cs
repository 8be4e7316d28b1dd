using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Aftercare.Vulnerabilities;

/// <summary>
/// A decision of CISA's tree as text: <c>SSVCv2/E:A/A:N/T:T/P:M/B:A/M:M/D:A/2021-09-29T15:29:44Z/</c>, as CERT/CC's examples of the computed
/// schema spell it. P and B, of which M follows, are given both or not at all. SSVC defines no such text for its other trees.
/// </summary>
/// <param name="At">When it was decided, UTC, to the second.</param>
public sealed record SsvcVector(SsvcDecision Decision, DateTimeOffset At) : IParsable<SsvcVector>
{
    private const string Label = "SSVCv2";

    private const string Instant = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    // The longest vector has 56 characters.
    private const int MaxLength = 64;

    // In the order of the text. The letters stand for the point's values in their order.
    private static readonly ImmutableArray<(string Key, SsvcPoint Point, string Letters)> Parts =
    [
        ("E", SsvcPoints.Exploitation, "NPA"),
        ("A", SsvcPoints.Automatable, "NY"),
        ("T", SsvcPoints.TechnicalImpact, "PT"),
        ("P", SsvcPoints.MissionPrevalence, "MSE"),
        ("B", SsvcPoints.PublicWellBeing, "MAI"),
        ("M", SsvcPoints.MissionAndWellBeing, "LMH"),
        ("D", SsvcPoints.CisaLevels, "TRAC"),
    ];

    /// <exception cref="FormatException">The text is not a vector; the message says what is wrong and where.</exception>
    public static SsvcVector Parse(string s) => TryParse(s, out var vector, out var fault) ? vector : throw new FormatException(fault.ToString());

    public static bool TryParse([NotNullWhen(true)] string? s, [MaybeNullWhen(false)] out SsvcVector result) => TryParse(s, out result, out _);

    /// <summary>
    /// Strict: the order above, each part once, and a decision (D) and a combination (M) that the tree comes to; at most 64 characters.
    /// </summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? s, [NotNullWhen(true)] out SsvcVector? result, [NotNullWhen(false)] out VectorFault? fault)
    {
        fault = Read(s ?? "", out result);
        return fault is null;
    }

    static SsvcVector IParsable<SsvcVector>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<SsvcVector>.TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out SsvcVector result) => TryParse(s, out result);

    /// <exception cref="InvalidOperationException">The decision is another tree's.</exception>
    public override string ToString()
    {
        if (Decision.Tree != SsvcTree.Cisa)
            throw new InvalidOperationException($"SSVC defines no vector for {Decision.Tree}.");

        var said = Decision.Path.SelectMany(step => step.Parts.Add(step)).ToDictionary(step => step.Point, step => step.Value);
        said.Add(Decision.Tree.Outcome, Decision.Outcome);
        var pairs = Parts.Where(part => said.ContainsKey(part.Point))
            .Select(part => $"{part.Key}:{part.Letters[part.Point.Values.IndexOf(said[part.Point])]}");
        return $"{Label}/{string.Join('/', pairs)}/{At.UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture)}/";
    }

    public bool Equals(SsvcVector? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static VectorFault? Read(string text, out SsvcVector? vector)
    {
        vector = null;
        if (!text.StartsWith(Label + "/", StringComparison.Ordinal))
            return new VectorFault(0, "The vector does not start with SSVCv2/.");
        if (text.Length > MaxLength)
            return new VectorFault(MaxLength, $"The vector is longer than {MaxLength} characters.");
        if (text[^1] != '/')
            return new VectorFault(text.Length, "The vector does not end with a slash.");

        var parts = text[..^1].Split('/');
        var (position, last) = (Label.Length + 1, -1);
        var said = new Dictionary<string, (SsvcValue Value, int Position)>(StringComparer.Ordinal);
        foreach (var part in parts[1..^1])
        {
            if (ReadPart(part, position, ref last, said) is { } fault)
                return fault;
            position += part.Length + 1;
        }
        if (!DateTimeOffset.TryParseExact(parts[^1], Instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return new VectorFault(position, "The vector does not end with an instant such as 2021-09-29T15:29:44Z.");
        return Decide(said, position, out var decision) is { } wrong ? wrong : Made(new SsvcVector(decision!, at), out vector);
    }

    private static VectorFault? ReadPart(string part, int position, ref int last, Dictionary<string, (SsvcValue, int)> said)
    {
        if (part.Split(':') is not [var key, var letter])
            return new VectorFault(position, "A part is a letter, a colon and a letter.");
        var place = Parts.IndexOf(Parts.FirstOrDefault(p => p.Key == key));
        if (place < 0)
            return new VectorFault(position, "SSVC has no part of this name.");
        if (place <= last)
            return new VectorFault(position, $"{key} is given twice or out of order.");
        if (letter.Length != 1 || !Parts[place].Letters.Contains(letter[0], StringComparison.Ordinal))
            return new VectorFault(position + key.Length + 1, $"{key} has no such value.");

        var point = Parts[place].Point;
        said.Add(point.Key, (point.Values[Parts[place].Letters.IndexOf(letter[0], StringComparison.Ordinal)], position));
        last = place;
        return null;
    }

    // The text states what follows as well: M of P and B, and D of all. Neither may contradict the tree.
    private static VectorFault? Decide(Dictionary<string, (SsvcValue Value, int Position)> said, int end, out SsvcDecision? decision)
    {
        decision = null;
        foreach (var (key, point, _) in Parts.Where(part => part.Key is "M" or "D"))
        {
            if (!said.ContainsKey(point.Key))
                return new VectorFault(end, $"{key} is missing.");
        }
        var combined = said.ContainsKey(SsvcPoints.MissionPrevalence.Key) || said.ContainsKey(SsvcPoints.PublicWellBeing.Key);
        var answers = said.Where(s => s.Key != SsvcPoints.CisaLevels.Key && !(combined && s.Key == SsvcPoints.MissionAndWellBeing.Key))
            .Select(s => KeyValuePair.Create(s.Key, s.Value.Value.Key));
        if (!SsvcTree.Cisa.TryDecide(answers, out decision, out var missing))
            return new VectorFault(end, missing);

        foreach (var (point, value) in decision.Path.Select(s => (s.Point, s.Value)).Append((SsvcPoints.CisaLevels, decision.Outcome)))
        {
            if (said[point.Key] is var (stated, position) && stated != value)
                return new VectorFault(position, $"{point.Name} is {stated} in the vector, and {value} by the tree.");
        }
        return null;
    }

    private static VectorFault? Made(SsvcVector made, out SsvcVector? vector)
    {
        vector = made;
        return null;
    }
}
