namespace Aftercare.Tests.Vulnerabilities;

/// <summary>CVSS vectors, spelt from the specifications' tables and not from the product's.</summary>
internal static class SomeVector
{
    private const string Optional4 =
        "E:X,A,P,U CR:X,H,M,L IR:X,H,M,L AR:X,H,M,L MAV:X,N,A,L,P MAC:X,L,H MAT:X,N,P MPR:X,N,L,H MUI:X,N,P,A MVC:X,H,L,N MVI:X,H,L,N "
        + "MVA:X,H,L,N MSC:X,H,L,N MSI:X,S,H,L,N MSA:X,S,H,L,N S:X,N,P AU:X,N,Y R:X,A,U,I V:X,D,C RE:X,L,M,H U:X,Clear,Green,Amber,Red";

    private const string Optional3 =
        "E:X,U,P,F,H RL:X,O,T,W,U RC:X,U,R,C CR:X,L,M,H IR:X,L,M,H AR:X,L,M,H MAV:X,N,A,L,P MAC:X,L,H MPR:X,N,L,H MUI:X,N,R MS:X,U,C "
        + "MC:X,N,L,H MI:X,N,L,H MA:X,N,L,H";

    private const string Base3 = "AV:N,A,L,P AC:L,H PR:N,L,H UI:N,R S:U,C C:N,L,H I:N,L,H A:N,L,H";

    private static readonly Table V2 = new("2.0", "",
        Read("AV:L,A,N AC:H,M,L Au:M,S,N C:N,P,C I:N,P,C A:N,P,C"),
        [Read("E:U,POC,F,H,ND RL:OF,TF,W,U,ND RC:UC,UR,C,ND"), Read("CDP:N,L,LM,MH,H,ND TD:N,L,M,H,ND CR:L,M,H,ND IR:L,M,H,ND AR:L,M,H,ND")]);

    private static readonly Table V4 = new("4.0", "CVSS:4.0/",
        Read("AV:N,A,L,P AC:L,H AT:N,P PR:N,L,H UI:N,P,A VC:H,L,N VI:H,L,N VA:H,L,N SC:H,L,N SI:H,L,N SA:H,L,N"),
        [.. Read(Optional4).Select(m => new[] { m })]);

    private static readonly Table[] Tables = [V2, V3("3.0"), V3("3.1"), V4];

    private sealed record Table(string Version, string Prefix, string[][] Base, string[][][] Optional);

    /// <summary>
    /// The same vectors for the same seed. Three quarters of them give optional metrics, each with a chance of two in five; those of 2.0
    /// give a group in full or not at all.
    /// </summary>
    internal static IEnumerable<string> Many(string version, int count, int seed)
    {
        var table = Tables.First(t => t.Version == version);
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var chance = random.Next(4) == 0 ? 0 : 2;
            var optional = table.Optional.Where(_ => random.Next(5) < chance).SelectMany(group => group).ToArray();
            yield return table.Prefix + string.Join('/', table.Base.Concat(optional).Select(metric => metric[random.Next(metric.Length)]));
        }
    }

    /// <summary>All combinations of base metrics: 729 in 2.0, 2,592 in 3.x, 104,976 in 4.0.</summary>
    internal static IEnumerable<string> EveryBase(string version)
    {
        var table = Tables.First(t => t.Version == version);
        return table.Base.Aggregate((IEnumerable<string>)[""], (starts, metric) => starts.SelectMany(s => metric.Select(value => $"{s}/{value}")))
            .Select(vector => table.Prefix + vector[1..]);
    }

    private static Table V3(string version) => new(version, $"CVSS:{version}/", Read(Base3), [.. Read(Optional3).Select(m => new[] { m })]);

    // "AV:N,A" is [AV:N, AV:A].
    private static string[][] Read(string metrics) =>
        [.. metrics.Split(' ').Select(m => m.Split(':')).Select(m => m[1].Split(',').Select(value => $"{m[0]}:{value}").ToArray())];
}
