using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Aftercare.Vulnerabilities;

/// <summary>
/// A decision tree of SSVC as a table: one outcome for each combination of answers. Some points are themselves decided by a tree
/// (<see cref="PartsOf"/>), so that they can be answered directly or by their parts.
/// </summary>
public sealed class SsvcTree
{
    private readonly ImmutableArray<SsvcValue> _outcomes;
    private readonly ImmutableArray<SsvcTree> _parts;

    // The outcomes' keys with the last point's values running fastest; lines are for the eye.
    private SsvcTree(string name, string version, ImmutableArray<SsvcPoint> points, SsvcPoint outcome, string[] lines, params SsvcTree[] parts)
    {
        (Name, Version, Points, Outcome, _parts) = (name, version, points, outcome, [.. parts]);
        _outcomes = [.. lines.SelectMany(line => line.Split(' ')).Select(key => outcome.Find(key)!)];
    }

    /// <summary>Utility from Automatable and Value Density.</summary>
    public static SsvcTree Utility { get; } = new("Utility", "1.0.0",
        [SsvcPoints.Automatable, SsvcPoints.ValueDensity], SsvcPoints.Utility, ["L E", "E S"]);

    /// <summary>Public Safety Impact from Safety Impact.</summary>
    public static SsvcTree PublicSafety { get; } = new("Public Safety Impact", "1.0.0",
        [SsvcPoints.SafetyImpact], SsvcPoints.PublicSafetyImpact, ["M S S S"]);

    /// <summary>Human Impact from Safety Impact and Mission Impact.</summary>
    public static SsvcTree HumanImpact { get; } = new("Human Impact", "1.0.0",
        [SsvcPoints.SafetyImpact, SsvcPoints.MissionImpact], SsvcPoints.HumanImpact, ["L L M VH", "L L M VH", "M H H VH", "VH VH VH VH"]);

    /// <summary>
    /// Mission and Well-Being Impact from Mission Prevalence and Public Well-Being Impact (CISA, "Stakeholder-Specific Vulnerability
    /// Categorization Guide").
    /// </summary>
    public static SsvcTree MissionAndWellBeing { get; } = new("Mission and Well-Being Impact", "1.0.0",
        [SsvcPoints.MissionPrevalence, SsvcPoints.PublicWellBeing], SsvcPoints.MissionAndWellBeing, ["L M H", "M M H", "H H H"]);

    /// <summary>How urgently a supplier should make a fix.</summary>
    public static SsvcTree Supplier { get; } = new("Supplier Patch Development Priority", "1.0.0",
        [SsvcPoints.Exploitation, SsvcPoints.Utility, SsvcPoints.TechnicalImpact, SsvcPoints.PublicSafetyImpact], SsvcPoints.Priority,
        ["D S S O", "S O S O", "S O O O", "S O S I", "S I O I", "O I O I", "O I O I", "O I O I", "I I I I"],
        Utility, PublicSafety);

    /// <summary>How urgently a site should install a fix: what a supplier can tell a hospital to ask itself.</summary>
    public static SsvcTree Deployer { get; } = new("Deployer Patch Application Priority", "1.0.0",
        [SsvcPoints.Exploitation, SsvcPoints.SystemExposure, SsvcPoints.Automatable, SsvcPoints.HumanImpact], SsvcPoints.Priority,
        [
            "D D S S D S S S", "D S S S S S S S", "D S S S S S S O",
            "D S S S S S S S", "D S S S S S S O", "S S S O S S O O",
            "S S O O S O O O", "S S O O O O O O", "S O O I O O I I",
        ],
        HumanImpact);

    /// <summary>CISA's own tree, whose answers it publishes with CVE records.</summary>
    public static SsvcTree Cisa { get; } = new("CISA Coordinator", "2.0.3",
        [SsvcPoints.Exploitation, SsvcPoints.Automatable, SsvcPoints.TechnicalImpact, SsvcPoints.MissionAndWellBeing], SsvcPoints.CisaLevels,
        ["T T T T T T*", "T T AT T T AT", "T T T* T T* AT", "T T AT T T* AT", "T T AT T AT AC", "AT AT AC AT AC AC"],
        MissionAndWellBeing);

    /// <summary>The days that CISA's directive BOD 26-04 gives the agencies of the United States.</summary>
    public static SsvcTree CisaTimelines { get; } = new("CISA BOD 26-04", "1.0.0",
        [SsvcPoints.InKev, SsvcPoints.PubliclyExposed, SsvcPoints.Automatable, SsvcPoints.TechnicalImpact], SsvcPoints.CisaTimelines,
        ["FSU FSU 60D 60D", "60D 14D 14D 3D", "14D 14D 14D 3DF", "14D 3DF 3D 3DF"]);

    /// <summary>The trees that decide what to do, and those that decide a point of another.</summary>
    public static ImmutableArray<SsvcTree> All { get; } =
        [Supplier, Deployer, Cisa, CisaTimelines, Utility, PublicSafety, HumanImpact, MissionAndWellBeing];

    public string Name { get; }

    /// <summary>The table's own version, three numbers.</summary>
    public string Version { get; }

    /// <summary>In the order in which they are asked.</summary>
    public ImmutableArray<SsvcPoint> Points { get; }

    /// <summary>What is decided.</summary>
    public SsvcPoint Outcome { get; }

    /// <summary>The tree that decides this point from its parts; null when the point can only be answered.</summary>
    public SsvcTree? PartsOf(SsvcPoint point) => _parts.FirstOrDefault(part => part.Outcome == point);

    /// <summary>
    /// Decides from answers: pairs of a point's key and a value's key. A point that has parts may be answered by itself or by all its parts,
    /// but not by both.
    /// </summary>
    /// <param name="answers">In any order, each point once.</param>
    /// <param name="fault">One sentence: which answer is unknown, given twice or missing.</param>
    public bool TryDecide(
        IEnumerable<KeyValuePair<string, string>> answers, [NotNullWhen(true)] out SsvcDecision? decision, [NotNullWhen(false)] out string? fault)
    {
        decision = null;
        var open = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (point, value) in answers)
        {
            if (!open.TryAdd(point, value))
            {
                fault = $"{point} is answered twice.";
                return false;
            }
        }

        if (Decide(open, out fault) is { } decided && open.Count == 0)
            decision = decided;
        else
            fault ??= $"{Name} does not ask for {open.Keys.Order(StringComparer.Ordinal).First()}.";
        return decision is not null;
    }

    public override string ToString() => $"{Name} v{Version}";

    // Takes from the open answers those that it uses.
    private SsvcDecision? Decide(Dictionary<string, string> open, out string? fault)
    {
        var path = ImmutableArray.CreateBuilder<SsvcStep>();
        var place = 0;
        foreach (var point in Points)
        {
            if (Answer(point, open, out fault) is not { } step)
                return null;
            path.Add(step);
            place = (place * point.Values.Length) + point.Values.IndexOf(step.Value);
        }
        fault = null;
        return new SsvcDecision(this, path.ToImmutable(), _outcomes[place]);
    }

    private SsvcStep? Answer(SsvcPoint point, Dictionary<string, string> open, out string? fault)
    {
        fault = null;
        if (open.Remove(point.Key, out var key))
        {
            if (point.Find(key) is { } value)
                return new SsvcStep(point, value, []);
            fault = $"{point.Name} ({point.Key}) is one of {string.Join(", ", point.Values.Select(v => $"{v.Name} ({v.Key})"))}.";
            return null;
        }
        if (PartsOf(point) is { } parts && parts.Points.Any(part => open.ContainsKey(part.Key)))
            return parts.Decide(open, out fault) is { } decided ? new SsvcStep(point, decided.Outcome, decided.Path) : null;

        fault = $"{point.Name} ({point.Key}) is not answered.";
        return null;
    }
}
