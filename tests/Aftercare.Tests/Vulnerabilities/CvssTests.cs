using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Vulnerabilities;

public sealed class CvssTests
{
    private const string Base4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";

    private const string Base2 = "AV:N/AC:L/Au:N/C:C/I:C/A:C";

    private static VectorFault Fault(string? text)
    {
        Assert.False(Cvss.TryParse(text, out _, out var fault));
        return fault;
    }

    // The guide to 2.0, §3.3
    [Theory]
    [InlineData("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:N/TD:N/CR:M/IR:M/AR:H", 7.8, 6.4, 0.0)]
    [InlineData("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", 7.8, 6.4, 9.2)]
    [InlineData("AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L", 10.0, 8.3, 9.0)]
    [InlineData("AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M", 6.2, 4.9, 7.5)]
    public void The_examples_of_2_0_have_their_published_scores(string vector, double basic, double temporal, double environmental)
    {
        var cvss = Cvss.Parse(vector);

        Assert.Equal(((decimal)basic, (decimal)temporal, (decimal)environmental), (cvss.BaseScore, cvss.ThreatScore, cvss.Score));
    }

    // FIRST, CVSS v4.0 examples
    [Theory]
    [InlineData("AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3)]
    [InlineData("AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7)]
    [InlineData("AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", 5.2)]
    [InlineData("AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", 8.3)]
    [InlineData("AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N/CR:H/IR:L/AR:L/MAV:N/MAC:H/MVC:H/MVI:L/MVA:L", 8.1)]
    [InlineData("AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 4.6)]
    [InlineData("AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 5.1)]
    [InlineData("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N/E:A", 8.7)]
    [InlineData("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:A", 10.0)]
    [InlineData("AV:A/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:H", 6.4)]
    [InlineData("AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0)]
    public void The_examples_of_4_0_have_their_published_score(string metrics, double score) =>
        Assert.Equal((decimal)score, Cvss.Parse("CVSS:4.0/" + metrics).Score);

    [Theory]
    [InlineData(Base4, "CVSS-B")]
    [InlineData(Base4 + "/E:P", "CVSS-BT")]
    [InlineData(Base4 + "/E:X/CR:L", "CVSS-BE")]
    [InlineData(Base4 + "/E:A/MSI:S", "CVSS-BTE")]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", null)]
    public void A_score_of_4_0_is_named_by_the_groups_it_rests_on(string vector, string? name) => Assert.Equal(name, Cvss.Parse(vector).Nomenclature);

    [Fact]
    public void Each_score_of_4_0_is_the_score_of_the_vector_that_ends_there()
    {
        foreach (var vector in SomeVector.Many("4.0", 2_000, seed: 4))
        {
            var cvss = Cvss.Parse(vector);
            var basic = string.Join('/', vector.Split('/').Take(12));
            var threat = string.Join('/', vector.Split('/').Where((part, place) => place < 12 || part.StartsWith("E:", StringComparison.Ordinal)));

            Assert.Equal((Cvss.Parse(basic).Score, Cvss.Parse(threat).Score), (cvss.BaseScore, cvss.ThreatScore));
        }
    }

    [Fact]
    public void Supplemental_metrics_move_no_score()
    {
        var said = Cvss.Parse(Base4 + "/S:P/AU:Y/R:I/V:C/RE:H/U:Red");

        Assert.Equal(Cvss.Parse(Base4).Score, said.Score);
        Assert.Equal(("Present", "Red"), (said["S"].Name, said["U"].Code));
    }

    [Fact]
    public void A_threat_to_peoples_safety_is_worse_than_a_high_impact()
    {
        var high = Cvss.Parse("CVSS:4.0/AV:A/AC:L/AT:N/PR:L/UI:N/VC:L/VI:H/VA:H/SC:N/SI:H/SA:H");
        var safety = Cvss.Parse("CVSS:4.0/AV:A/AC:L/AT:N/PR:L/UI:N/VC:L/VI:H/VA:H/SC:N/SI:H/SA:H/MSI:S");

        Assert.True(safety.Score > high.Score);
        Assert.Equal(("101100", "101000"), (high.MacroVector, safety.MacroVector));
    }

    // A low requirement on a partial impact takes the equations of 2.0 below zero.
    [Fact]
    public void No_score_of_2_0_is_below_zero() =>
        Assert.Equal(0.0m, Cvss.Parse("AV:L/AC:H/Au:M/C:P/I:N/A:N/CDP:ND/TD:ND/CR:L/IR:ND/AR:ND").Score);

    [Theory]
    [InlineData("AV:L/AC:H/Au:M/C:N/I:N/A:P", Severity.Low)]
    [InlineData("AV:N/AC:L/Au:N/C:P/I:N/A:N", Severity.Medium)]
    [InlineData("AV:N/AC:L/Au:N/C:C/I:C/A:C", Severity.High)]
    [InlineData(Base4, Severity.Critical)]
    public void A_rating_is_in_the_words_of_the_version(string vector, Severity severity) => Assert.Equal(severity, Cvss.Parse(vector).Severity);

    [Theory]
    [InlineData(null, 0, "The vector is empty.")]
    [InlineData("", 0, "The vector is empty.")]
    [InlineData("CVSS:2.0/AV:N", 0, "The vector names a version other than CVSS:3.0/, CVSS:3.1/ or CVSS:4.0/.")]
    [InlineData("CVSS:4.0", 0, "The vector names a version other than CVSS:3.0/, CVSS:3.1/ or CVSS:4.0/.")]
    [InlineData("CVSS:4.0/", 9, "A metric is a name, a colon and a value.")]
    [InlineData("(AV:N/AC:L/Au:N/C:C/I:C/A:C)", 0,
        "CVSS 2.0 has no metric of this name, and a later vector starts with CVSS:3.0/, CVSS:3.1/ or CVSS:4.0/.")]
    [InlineData("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 10,
        "CVSS 2.0 has no metric of this name, and a later vector starts with CVSS:3.0/, CVSS:3.1/ or CVSS:4.0/.")]
    [InlineData("AV:N/AC:L/AU:N/C:C/I:C/A:C", 10,
        "CVSS 2.0 has no metric of this name, and a later vector starts with CVSS:3.0/, CVSS:3.1/ or CVSS:4.0/.")]
    [InlineData("AV:N/AC:L/Au:N/C:C/I:C/A:X", 25, "The metric A has no such value.")]
    [InlineData("AC:L/AV:N/Au:N/C:C/I:C/A:C", 5, "The metric AV stands after AC; CVSS 2.0 keeps one order.")]
    [InlineData(Base2 + "/RL:U/E:F", 32, "The metric E stands after RL; CVSS 2.0 keeps one order.")]
    [InlineData(Base2 + "/E:F/E:F", 31, "The metric E is given twice.")]
    [InlineData("AV:N/AC:L/Au:N/C:C/I:C", 22, "The base metric A is missing.")]
    [InlineData("CVSS:4.0/AV:N/AT:N/AC:L/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 19, "The metric AC stands after AT; CVSS 4.0 keeps one order.")]
    [InlineData(Base4 + "/U:Red/E:A", 70, "The metric E stands after U; CVSS 4.0 keeps one order.")]
    [InlineData(Base4 + "/U:red", 66, "The metric U has no such value.")]
    [InlineData(Base4 + "/SI:N", 64, "The metric SI is given twice.")]
    [InlineData(Base4 + "/RL:O", 64, "CVSS 4.0 has no metric of this name.")]
    [InlineData("CVSS:4.0/AV:N/AC:L/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 58, "The base metric AT is missing.")]
    [InlineData("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:R/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 32, "The metric UI has no such value.")]
    [InlineData("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:S/SA:N", 57, "The metric SI has no such value.")]
    public void A_faulty_vector_is_refused_at_the_fault_in_plain_words(string? text, int position, string reason) =>
        Assert.Equal(new VectorFault(position, reason), Fault(text));

    [Theory]
    [InlineData("")]
    [InlineData("CVSS:3.1/")]
    [InlineData("CVSS:4.0/")]
    public void A_vector_of_a_million_characters_is_refused_by_its_length(string start) =>
        Assert.Equal(
            new VectorFault(256, "The vector is longer than 256 characters."), Fault(start + string.Concat(Enumerable.Repeat("AV:N/", 200_000))));

    [Fact]
    public void In_2_0_a_group_is_written_in_full_or_not_at_all()
    {
        Assert.Equal(Base2, Cvss.Parse(Base2 + "/E:ND/RL:ND/RC:ND").ToString());
        Assert.Equal(Base2 + "/CDP:ND/TD:L/CR:ND/IR:ND/AR:ND", Cvss.Parse(Base2 + "/TD:L").ToString());
    }

    [Fact]
    public void In_4_0_metrics_that_are_not_defined_are_not_written()
    {
        var vector = Cvss.Parse(Base4 + "/E:X/MAV:X/S:X/U:Clear");

        Assert.Equal(Base4 + "/U:Clear", vector.ToString());
        Assert.Equal(Cvss.Parse(Base4 + "/U:Clear"), vector);
        Assert.Throws<KeyNotFoundException>(() => vector["RL"]);
    }

    [Theory]
    [InlineData("2.0")]
    [InlineData("3.0")]
    [InlineData("3.1")]
    [InlineData("4.0")]
    public void Every_vector_reads_back_and_its_scores_are_on_the_scale(string version)
    {
        foreach (var text in SomeVector.Many(version, 2_000, seed: 1))
        {
            var cvss = Cvss.Parse(text);

            Assert.Equal(cvss, Cvss.Parse(cvss.ToString()));
            Assert.Equal(version, cvss.Version.Name);
            Assert.All([cvss.BaseScore, cvss.ThreatScore, cvss.Score], score => Assert.Equal((true, 0m), (score is >= 0 and <= 10, score % 0.1m)));
            Assert.True(cvss.ThreatScore <= cvss.BaseScore);
        }
    }

    [Theory]
    [InlineData("2.0", 14, 6)]
    [InlineData("3.0", 22, 8)]
    [InlineData("3.1", 22, 8)]
    [InlineData("4.0", 32, 11)]
    public void The_table_of_a_version_is_enough_to_ask_for_every_vector(string name, int metrics, int mandatory)
    {
        var version = CvssVersion.All.Single(v => v.Name == name);

        Assert.Equal((metrics, mandatory), (version.Metrics.Length, version.Metrics.Count(m => m.Mandatory)));
        foreach (var metric in version.Metrics)
        {
            Assert.NotEmpty(metric.Name);
            Assert.All(metric.Values, value => Assert.True(value.Name.Length > 0 && value.Hint.EndsWith('.'), $"{metric} {value}"));
            Assert.Equal(metric.Values.Length, metric.Values.DistinctBy(v => v.Code).Count());
            Assert.Equal(!metric.Mandatory, metric.Values[0].Name == "Not Defined");
            foreach (var value in metric.Values)
            {
                var chosen = version.Metrics.Select(m => $"{m.Code}:{(m == metric ? value : m.Values[0]).Code}");
                Assert.Equal(value, Cvss.Parse(version.Prefix + string.Join('/', chosen))[metric.Code]);
            }
        }
    }
}
