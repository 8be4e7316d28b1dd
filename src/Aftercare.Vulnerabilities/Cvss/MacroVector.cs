using System.Collections.Immutable;
using System.Globalization;

namespace Aftercare.Vulnerabilities;

/// <summary>The levels of the six equivalence sets of CVSS 4.0 §8.2, 0 for the worst, and the score of each combination.</summary>
internal readonly record struct MacroVector(int Eq1, int Eq2, int Eq3, int Eq4, int Eq5, int Eq6)
{
    // The scores of table 30 of §8.3 in tenths. A line is one combination of EQ1, EQ2 and EQ3; in it EQ6 runs fastest, then EQ5, then EQ4.
    // Where EQ3 is 2 no impact is high, so EQ6 can only be 1.
    private static readonly ImmutableArray<ImmutableArray<int>> Tenths =
    [
        [100, 99, 98, 95, 95, 92, 100, 96, 93, 87, 91, 81, 93, 90, 89, 80, 81, 68],
        [98, 95, 95, 92, 90, 84, 93, 92, 89, 81, 81, 65, 88, 80, 78, 70, 69, 48],
        [92, 82, 72, 79, 69, 50, 69, 55, 27],
        [99, 97, 95, 92, 92, 85, 95, 91, 90, 83, 84, 71, 92, 81, 82, 71, 72, 53],
        [95, 93, 92, 85, 85, 73, 92, 82, 80, 72, 70, 59, 84, 70, 71, 52, 50, 30],
        [86, 75, 52, 71, 52, 29, 63, 29, 17],
        [98, 95, 94, 87, 91, 81, 94, 89, 86, 74, 77, 64, 87, 75, 74, 63, 63, 49],
        [94, 89, 88, 77, 76, 67, 86, 76, 74, 58, 59, 50, 72, 57, 57, 52, 52, 25],
        [83, 70, 54, 65, 58, 26, 53, 21, 13],
        [95, 90, 88, 76, 76, 70, 90, 77, 75, 62, 61, 53, 77, 66, 68, 59, 52, 30],
        [89, 78, 76, 67, 62, 58, 74, 59, 57, 57, 47, 23, 61, 52, 57, 29, 24, 16],
        [71, 59, 30, 58, 26, 15, 23, 13, 6],
        [93, 87, 86, 72, 75, 58, 86, 74, 74, 61, 56, 34, 70, 54, 52, 40, 40, 22],
        [85, 75, 74, 55, 62, 51, 72, 57, 55, 41, 46, 19, 53, 36, 34, 19, 19, 8],
        [64, 51, 20, 47, 21, 11, 24, 9, 4],
        [88, 75, 73, 53, 60, 50, 73, 55, 59, 40, 41, 20, 54, 43, 45, 22, 20, 11],
        [75, 55, 58, 45, 40, 21, 61, 51, 48, 18, 20, 9, 46, 18, 17, 7, 8, 2],
        [53, 24, 14, 24, 12, 5, 10, 3, 1],
    ];

    /// <summary>
    /// Of the effective values, where an open threat or requirement counts as the worst (§8.2). A weight is the steps below the worst value.
    /// </summary>
    internal static MacroVector Of(CvssMetrics metrics)
    {
        var (av, pr, ui) = (Level("AV"), Level("PR"), Level("UI"));
        var (vc, vi, va) = (Level("VC"), Level("VI"), Level("VA"));
        return new MacroVector(
            av + pr + ui == 0 ? 0 : av < 3 && (av == 0 || pr == 0 || ui == 0) ? 1 : 2,
            Level("AC") + Level("AT") == 0 ? 0 : 1,
            vc + vi == 0 ? 0 : vc == 0 || vi == 0 || va == 0 ? 1 : 2,
            Safety("SI") || Safety("SA") ? 0 : High("SC") || High("SI") || High("SA") ? 1 : 2,
            (int)metrics.Weight("E"),
            Needed("CR", vc) || Needed("IR", vi) || Needed("AR", va) ? 0 : 1);

        int Level(string metric) => (int)metrics.Effective(metric).Weight;
        bool Safety(string metric) => metrics.Effective(metric).Code == "S";
        bool High(string metric) => metrics.Effective(metric).Code == "H";
        bool Needed(string requirement, int impact) => impact == 0 && metrics.Weight(requirement) == 0;
    }

    /// <summary>The score of the worst vector in it, in tenths; null for levels that no vector has.</summary>
    internal int? Score
    {
        get
        {
            if (Eq1 > 2 || Eq2 > 1 || Eq3 > 2 || Eq4 > 2 || Eq5 > 2 || Eq6 > 1 || (Eq3 == 2 && Eq6 == 0))
                return null;
            var line = Tenths[(Eq1 * 6) + (Eq2 * 3) + Eq3];
            var place = (Eq4 * 3) + Eq5;
            return Eq3 == 2 ? line[place] : line[(place * 2) + Eq6];
        }
    }

    /// <summary>The better of the two ways down where EQ3 and EQ6, which move together, can both give way.</summary>
    internal int? ScoreBelowEq3Eq6
    {
        get
        {
            var (left, right) = ((this with { Eq6 = Eq6 + 1 }).Score, (this with { Eq3 = Eq3 + 1 }).Score);
            return (Eq3, Eq6) switch
            {
                (0, 0) => Math.Max(left ?? 0, right ?? 0),
                (1, 0) => left,
                _ => right,
            };
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Eq1}{Eq2}{Eq3}{Eq4}{Eq5}{Eq6}");
}
