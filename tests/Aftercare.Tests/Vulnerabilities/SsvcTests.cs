using System.Text.Json;
using Aftercare.Json;
using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Vulnerabilities;

public sealed class SsvcTests
{
    private const string Published = "SSVCv2/E:A/A:N/T:T/P:M/B:A/M:M/D:A/2021-09-29T15:29:44Z/";

    private const string Short = "SSVCv2/E:A/A:Y/T:T/M:H/D:C/2021-09-29T15:29:44Z/";

    private static SsvcDecision Decided(SsvcTree tree, params (string Point, string Value)[] answers)
    {
        Assert.True(tree.TryDecide(answers.Select(a => KeyValuePair.Create(a.Point, a.Value)), out var decision, out var fault), fault);
        return decision;
    }

    private static string Fault(SsvcTree tree, params (string Point, string Value)[] answers)
    {
        Assert.False(tree.TryDecide(answers.Select(a => KeyValuePair.Create(a.Point, a.Value)), out _, out var fault));
        return fault;
    }

    // The tables of the coordinators (triage, publication) are not a supplier's, and those of CVSS are in CvssTablesTests.
    public static TheoryData<string, string, int> Tables => new()
    {
        { "Supplier Patch Development Priority", "ssvc/supplier_patch_development_priority_1_0_0.csv", 36 },
        { "Deployer Patch Application Priority", "ssvc/deployer_patch_application_priority_1_0_0.csv", 72 },
        { "Utility", "ssvc/utility_1_0_0.csv", 4 },
        { "Public Safety Impact", "ssvc/public_safety_impact_1_0_0.csv", 4 },
        { "Human Impact", "ssvc/human_impact_1_0_0.csv", 16 },
        { "CISA Coordinator", "cisa/cisa_coordinator_2_0_3.csv", 36 },
        { "CISA BOD 26-04", "cisa/cisa_bod_26_04_1_0_0.csv", 16 },
    };

    [Theory, MemberData(nameof(Tables))]
    public void Every_row_of_a_published_table_is_decided_so(string name, string file, int count)
    {
        var tree = SsvcTree.All.Single(t => t.Name == name);
        var lines = File.ReadAllLines(Path.Combine(Shared.Data("ssvc"), "data", "csv", file));

        Assert.Equal(string.Join(',', tree.Points.Append(tree.Outcome)), Header(lines[0]));
        Assert.Equal(count, lines.Length - 1);
        Assert.Equal(count, tree.Points.Aggregate(1, (product, point) => product * point.Values.Length));
        Assert.All(lines[1..], line =>
        {
            var row = line.Split(',')[1..];
            var answers = tree.Points.Zip(row, (point, word) => (point.Key, point.Values.Single(v => Same(v.Name, word)).Key));
            Assert.Equal(row[^1], Decided(tree, [.. answers]).Outcome.Name, ignoreCase: true);
        });

        static string Header(string line) =>
            line["row,".Length..].Replace(" (cisa)", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal);
    }

    // CISA's guide gives this table in print only.
    [Fact]
    public void Mission_and_well_being_are_combined_as_in_CISAs_guide() => Assert.Equal(
        "LMH MMH HHH",
        string.Join(' ', new[] { "M", "S", "E" }.Select(mission => string.Concat(
            new[] { "M", "MA", "I" }.Select(being => Decided(SsvcTree.MissionAndWellBeing, ("MP", mission), ("PWI", being)).Outcome.Key)))));

    [Fact]
    public void What_CISA_publishes_with_CVE_records_are_answers_of_its_tree()
    {
        var options = Directory.GetFiles(Shared.Data("cve"), "*.json", SearchOption.AllDirectories)
            .SelectMany(file => Objects(StrictJson.Parse(File.ReadAllBytes(file))))
            .Where(o => o.TryGetProperty("options", out _) && o.TryGetProperty("role", out _))
            .SelectMany(o => o.GetProperty("options").EnumerateArray()).SelectMany(o => o.EnumerateObject()).ToArray();

        Assert.NotEmpty(options);
        Assert.All(options, option =>
        {
            var point = SsvcTree.Cisa.Points.Single(p => p.Name == option.Name);
            Assert.Contains(point.Values, value => Same(value.Name, Word(option.Value.GetString()!)));
        });

        // CISA abbreviates a proof of concept.
        static string Word(string published) => published == "poc" ? "Public PoC" : published;
    }

    [Fact]
    public void A_decision_tells_its_path_in_words()
    {
        var decision = Decided(SsvcTree.Supplier, ("E", "A"), ("A", "Y"), ("VD", "D"), ("TI", "T"), ("SI", "R"));

        Assert.Equal(
            "Exploitation is Active, Utility is Efficient (Automatable is Yes, Value Density is Diffuse), Technical Impact is Total, "
            + "Public Safety Impact is Significant (Safety Impact is Critical): Immediate",
            decision.ToString());
    }

    [Fact]
    public void A_point_can_be_answered_by_itself() =>
        Assert.Equal("Defer", Decided(SsvcTree.Supplier, ("PSI", "M"), ("TI", "P"), ("U", "L"), ("E", "N")).Outcome.Name);

    [Fact]
    public void A_faulty_answer_is_refused_in_plain_words()
    {
        Assert.Equal("Exploitation (E) is not answered.", Fault(SsvcTree.Supplier, ("U", "L"), ("TI", "P"), ("PSI", "M")));
        Assert.Equal("Value Density (VD) is not answered.", Fault(SsvcTree.Supplier, ("E", "N"), ("A", "Y"), ("TI", "P"), ("PSI", "M")));
        Assert.Equal(
            "Technical Impact (TI) is one of Partial (P), Total (T).", Fault(SsvcTree.Supplier, ("E", "N"), ("U", "L"), ("TI", "p"), ("PSI", "M")));
        Assert.Equal("E is answered twice.", Fault(SsvcTree.Supplier, ("E", "N"), ("E", "N")));
        Assert.Equal(
            "Supplier Patch Development Priority does not ask for A.",
            Fault(SsvcTree.Supplier, ("E", "N"), ("U", "L"), ("A", "N"), ("TI", "P"), ("PSI", "M")));
    }

    [Fact]
    public void A_vector_reads_back()
    {
        var vector = SsvcVector.Parse(Published);

        Assert.Equal("Attend", vector.Decision.Outcome.Name);
        Assert.Equal(new DateTimeOffset(2021, 9, 29, 15, 29, 44, TimeSpan.Zero), vector.At);
        Assert.Equal(Published, vector.ToString());
        Assert.Equal(Short, SsvcVector.Parse(Short).ToString());
    }

    [Fact]
    public void Every_decision_of_CISAs_tree_has_a_vector_and_no_other_has()
    {
        var at = new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.FromHours(1));
        foreach (var (e, a, t, m) in from e in "NPA" from a in "NY" from t in "PT" from m in "LMH" select (e, a, t, m))
        {
            var vector = new SsvcVector(Decided(SsvcTree.Cisa, ("E", $"{e}"), ("A", $"{a}"), ("TI", $"{t}"), ("MWI", $"{m}")), at);
            Assert.EndsWith("/2026-11-20T08:00:00Z/", vector.ToString(), StringComparison.Ordinal);
            Assert.Equal(vector, SsvcVector.Parse(vector.ToString()));
        }
        Assert.Throws<InvalidOperationException>(() => new SsvcVector(Decided(SsvcTree.Utility, ("A", "Y"), ("VD", "C")), at).ToString());
    }

    [Theory]
    [InlineData(null, 0, "The vector does not start with SSVCv2/.")]
    [InlineData("SSVCv1/E:A/", 0, "The vector does not start with SSVCv2/.")]
    [InlineData("SSVCv2/E:A/A:Y/T:T/M:H/D:C/2021-09-29T15:29:44Z", 47, "The vector does not end with a slash.")]
    [InlineData("SSVCv2/E:A/A:Y/T:T/M:H/D:C/", 23, "The vector does not end with an instant such as 2021-09-29T15:29:44Z.")]
    [InlineData("SSVCv2/E:A/A:Y/T:T/M:H/D:C/2021-09-29/", 27, "The vector does not end with an instant such as 2021-09-29T15:29:44Z.")]
    [InlineData("SSVCv2/E:A/V:S/T:T/M:H/D:C/2021-09-29T15:29:44Z/", 11, "SSVC has no part of this name.")]
    [InlineData("SSVCv2/E:X/A:Y/T:T/M:H/D:C/2021-09-29T15:29:44Z/", 9, "E has no such value.")]
    [InlineData("SSVCv2/A:Y/E:A/T:T/M:H/D:C/2021-09-29T15:29:44Z/", 11, "E is given twice or out of order.")]
    [InlineData("SSVCv2/E:A/A:Y/T:T/M:H/2021-09-29T15:29:44Z/", 23, "D is missing.")]
    [InlineData("SSVCv2/E:A/A:Y/M:H/D:C/2021-09-29T15:29:44Z/", 23, "Technical Impact (TI) is not answered.")]
    [InlineData("SSVCv2/E:A/A:Y/T:T/P:M/M:H/D:C/2021-09-29T15:29:44Z/", 31, "Public Well-Being Impact (PWI) is not answered.")]
    [InlineData("SSVCv2/E:A/A:Y/T:T/M:H/D:T/2021-09-29T15:29:44Z/", 23, "CISA Levels is Track in the vector, and Act by the tree.")]
    [InlineData("SSVCv2/E:A/A:N/T:T/P:M/B:A/M:H/D:A/2021-09-29T15:29:44Z/", 27,
        "Mission and Well-Being Impact is High in the vector, and Medium by the tree.")]
    public void A_faulty_vector_is_refused_at_the_fault_in_plain_words(string? text, int position, string reason)
    {
        Assert.False(SsvcVector.TryParse(text, out _, out var fault));
        Assert.Equal(new VectorFault(position, reason), fault);
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<JsonElement> Objects(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Objects(member.Value)).Prepend(value),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Objects),
        _ => [],
    };
}
