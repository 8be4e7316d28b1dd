using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Vulnerabilities;

public sealed class Cvss31Tests
{
    private static VectorFault Fault(string? text)
    {
        Assert.False(Cvss31.TryParse(text, out _, out var fault));
        return fault;
    }

    // FIRST, CVSS v3.1 examples
    [Theory]
    [InlineData("CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:N", 5.4)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4)]
    [InlineData("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 9.9)]
    [InlineData("CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.2)]
    [InlineData("CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 6.8)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:N", 0.0)]
    public void Published_examples_have_their_published_base_score(string vector, double score)
    {
        var cvss = Cvss31.Parse(vector);

        Assert.Equal((decimal)score, cvss.BaseScore);
        Assert.Equal(cvss.BaseScore, cvss.TemporalScore);
        Assert.Equal(cvss.BaseScore, cvss.Score);
    }

    [Fact]
    public void Temporal_metrics_lower_the_score()
    {
        var cvss = Cvss31.Parse("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O/RC:R");

        Assert.Equal((9.8m, 8.5m, 8.5m), (cvss.BaseScore, cvss.TemporalScore, cvss.Score));
        Assert.Equal(Severity.High, cvss.Severity);
    }

    [Fact]
    public void Environmental_metrics_decide_where_they_are_given()
    {
        var cvss = Cvss31.Parse("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MAV:P/MC:N");

        Assert.Equal((9.8m, 6.1m, 6.1m), (cvss.BaseScore, cvss.EnvironmentalScore, cvss.Score));
    }

    // As doubles, 5.0 * 0.92 is 4.6000000000000005, which calculators round up to 4.7: the reason for appendix A of 3.1.
    [Theory]
    [InlineData("CVSS:3.1/AV:A/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:L/RC:U")]
    [InlineData("CVSS:3.0/AV:A/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:L/RC:U")]
    public void No_binary_fraction_pushes_a_score_over_the_next_step(string vector) =>
        Assert.Equal((5.0m, 4.6m), (Cvss31.Parse(vector).BaseScore, Cvss31.Parse(vector).TemporalScore));

    [Fact]
    public void The_two_versions_differ_where_their_formulas_do()
    {
        const string metrics = "AV:N/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H/CR:H/IR:H/AR:H/MAC:H/MPR:H/MUI:R";

        Assert.NotEqual(Cvss31.Parse("CVSS:3.0/" + metrics).EnvironmentalScore, Cvss31.Parse("CVSS:3.1/" + metrics).EnvironmentalScore);
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("", 0)]
    [InlineData("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 0)]
    [InlineData("CVSS:4.0/AV:N", 0)]
    [InlineData("cvss:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 0)]
    [InlineData("CVSS:3.1/", 9)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", 40)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/", 45)]
    [InlineData("CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 14)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:X/E:X", 49)]
    [InlineData("CVSS:3.1/AV:N/AC:M/PR:N/UI:N/S:U/C:H/I:H/A:H", 17)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:X", 43)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:h", 43)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:HH", 43)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:", 43)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/ZZ:H", 45)]
    [InlineData("CVSS:3.1/AV:N//AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 14)]
    [InlineData("CVSS:3.1/AV:N:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9)]
    [InlineData(" CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 0)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H ", 43)]
    public void A_faulty_vector_is_refused_at_the_fault(string? text, int position) => Assert.Equal(position, Fault(text).Position);

    [Fact]
    public void The_fault_names_what_is_wrong()
    {
        Assert.Equal("The base metric A is missing.", Fault("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H").Reason);
        Assert.Equal("The metric AC has no such value.", Fault("CVSS:3.1/AV:N/AC:M/PR:N/UI:N/S:U/C:H/I:H/A:H").Reason);
        Assert.Equal("The vector is longer than 256 characters.", Fault("CVSS:3.1/" + new string('A', 300)).Reason);
    }

    [Fact]
    public void Order_and_undefined_metrics_make_no_difference()
    {
        var one = Cvss31.Parse("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/MAV:X");
        var other = Cvss31.Parse("CVSS:3.1/E:P/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/RL:X/AV:N");

        Assert.Equal(one, other);
        Assert.Equal("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P", other.ToString());
        Assert.NotEqual(one, Cvss31.Parse("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P"));
    }

    [Fact]
    public void Each_metric_can_be_asked_for()
    {
        var cvss = Cvss31.Parse("CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MAV:L");

        Assert.Equal(('A', 'L', 'X'), (cvss["AV"], cvss["MAV"], cvss["E"]));
        Assert.Throws<KeyNotFoundException>(() => cvss["AT"]);
    }

    [Theory]
    [InlineData(0.0, Severity.None, "NONE")]
    [InlineData(0.1, Severity.Low, "LOW")]
    [InlineData(3.9, Severity.Low, "LOW")]
    [InlineData(4.0, Severity.Medium, "MEDIUM")]
    [InlineData(6.9, Severity.Medium, "MEDIUM")]
    [InlineData(7.0, Severity.High, "HIGH")]
    [InlineData(8.9, Severity.High, "HIGH")]
    [InlineData(9.0, Severity.Critical, "CRITICAL")]
    [InlineData(10.0, Severity.Critical, "CRITICAL")]
    public void Scores_have_the_words_of_the_scale(double score, Severity severity, string word)
    {
        Assert.Equal(severity, Severity.Of((decimal)score));
        Assert.Equal(word, severity.Word);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(10.1)]
    public void A_score_off_the_scale_has_no_word(double score) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Severity.Of((decimal)score));
}
