using System.Collections.Immutable;

namespace Aftercare.Vulnerabilities;

/// <summary>One question of SSVC with its answers, as CERT/CC publishes it.</summary>
/// <param name="Key">CERT/CC's key: <c>E</c>, <c>TI</c>. Unique within a tree; case matters.</param>
/// <param name="Name">CERT/CC's name: Technical Impact.</param>
/// <param name="Version">The point's own version, three numbers. A point with other answers is another version.</param>
/// <param name="Question">What is asked, in a sentence.</param>
/// <param name="Values">From the mildest to the gravest.</param>
public sealed record SsvcPoint(string Key, string Name, string Version, string Question, ImmutableArray<SsvcValue> Values)
{
    internal SsvcValue? Find(string key) => Values.FirstOrDefault(value => value.Key == key);

    public override string ToString() => $"{Name} v{Version}";
}

/// <summary>One answer.</summary>
/// <param name="Key">CERT/CC's key: <c>A</c>, <c>VH</c>, <c>T*</c>. Unique within its point; case matters.</param>
/// <param name="Name">CERT/CC's name: Active.</param>
/// <param name="Hint">One sentence that says when it is the answer; of an outcome, what to do.</param>
public sealed record SsvcValue(string Key, string Name, string Hint)
{
    public override string ToString() => Name;
}
