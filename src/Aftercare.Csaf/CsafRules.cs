using System.Collections.Immutable;
using System.Text.Json;
using Aftercare.Csaf.Rules;

namespace Aftercare.Csaf;

/// <summary>What CSAF 2.0 asks of a document, run over its JSON, so that it serves for others' documents as for ours.</summary>
public static class CsafRules
{
    /// <summary>The schema (§3), without the CVSS objects, which are mandatory test 6.1.8.</summary>
    internal static MandatoryTest Shape { get; } = new("shape", "Schema", root => CsafShape.Root.Check(root));

    /// <summary>All faults: shape first, then the mandatory tests in the order of <see cref="MandatoryTests.All"/>. Empty means valid.</summary>
    public static ImmutableArray<CsafFault> Faults(JsonElement document) =>
        [.. Shape.Faults(document), .. MandatoryTests.All.SelectMany(test => test.Faults(document))];

    /// <summary>What keeps the JSON from being read as a document at all.</summary>
    internal static ImmutableArray<CsafFault> ReadingFaults(JsonElement document) =>
        [.. Shape.Faults(document), .. MandatoryTests.Of("6.1.8").Faults(document)];
}
