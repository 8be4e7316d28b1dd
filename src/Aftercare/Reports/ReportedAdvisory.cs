using System.Collections.Immutable;
using System.Text;
using Aftercare.Ledger;

namespace Aftercare.Reports;

/// <summary>A vulnerability as an advisory of somebody else names it. Words of outsiders, so nothing in it is believed before it was looked at.</summary>
/// <param name="Cve">As written; null: none was given.</param>
/// <param name="Cwe">E.g. <c>CWE-306</c>.</param>
/// <param name="Vectors">CVSS of any version, as written.</param>
/// <param name="Affected">Names of products that it calls affected.</param>
/// <param name="AffectedLeftOut">How many more; they are in the original.</param>
public sealed record ReportedFlaw(string? Cve, string? Cwe, string? Title, ImmutableArray<string> Vectors, ImmutableArray<string> Affected, int AffectedLeftOut)
{
    /// <value>10 names of 200 characters; the original has all.</value>
    private const int MaxAffected = 10;
    private const int MaxText = 200;
    private const int MaxVectors = 4;

    /// <summary>Cut to what an entry can hold.</summary>
    public ReportedFlaw Cut() => this with
    {
        Title = Title?.CutTo(MaxText),
        Vectors = [.. Vectors.Take(MaxVectors)],
        Affected = [.. Affected.Take(MaxAffected).Select(text => text.CutTo(MaxText))],
        AffectedLeftOut = AffectedLeftOut + Math.Max(0, Affected.Length - MaxAffected),
    };

    internal int Bytes => 200 + new[] { Cve, Cwe, Title }.Concat(Vectors).Concat(Affected).Sum(text => Encoding.UTF8.GetByteCount(text ?? "") + 4);
}

/// <summary>An advisory of a supplier or coordinator that came in as a report, as far as machines read it; the original is kept beside.</summary>
/// <param name="Format">E.g. <c>CSAF 2.0</c>.</param>
/// <param name="Id">As its publisher calls it.</param>
/// <param name="Faults">How many rules of its format it breaks; it was read all the same.</param>
/// <param name="FlawsLeftOut">How many more it names; they are in the original.</param>
public sealed record ReportedAdvisory(string Format, string Id, string Revision, string Publisher, int Faults, ImmutableArray<ReportedFlaw> Flaws, int FlawsLeftOut)
{
    /// <value>24 KiB of flaws, half of what an entry holds.</value>
    private const int MaxBytes = 24 * 1024;

    /// <summary>With as many of the flaws as an entry holds, the first ones first.</summary>
    public static ReportedAdvisory Of(string format, string id, string revision, string publisher, int faults, IReadOnlyList<ReportedFlaw> flaws)
    {
        var kept = ImmutableArray.CreateBuilder<ReportedFlaw>();
        var bytes = 0;
        foreach (var flaw in flaws.Select(flaw => flaw.Cut()))
        {
            if ((bytes += flaw.Bytes) > MaxBytes)
                break;
            kept.Add(flaw);
        }
        return new ReportedAdvisory(format, id, revision, publisher, faults, kept.ToImmutable(), flaws.Count - kept.Count);
    }
}
