using System.Text.Json;
using Aftercare.Json;
using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Vulnerabilities;

public sealed class VexTests
{
    public static TheoryData<VexStatus> Statuses => [.. Enum.GetValues<VexStatus>()];

    public static TheoryData<Justification> Justifications => [.. Enum.GetValues<Justification>()];

    [Theory]
    [InlineData(VexStatus.UnderInvestigation, "under_investigation", "under_investigation", "in_triage", VexDemand.Nothing)]
    [InlineData(VexStatus.Affected, "known_affected", "affected", "exploitable", VexDemand.Action)]
    [InlineData(VexStatus.NotAffected, "known_not_affected", "not_affected", "not_affected", VexDemand.Justification)]
    [InlineData(VexStatus.FalseMatch, "known_not_affected", "not_affected", "false_positive", VexDemand.Justification)]
    [InlineData(VexStatus.Fixed, "fixed", "fixed", "resolved", VexDemand.Nothing)]
    public void Each_status_has_its_word_in_each_format(VexStatus status, string csaf, string openVex, string cycloneDx, VexDemand demands)
    {
        Assert.Equal((csaf, openVex, cycloneDx), (status.InCsaf.Word, status.InOpenVex.Word, status.InCycloneDx.Word));
        Assert.Equal(demands, status.Demands);
    }

    [Theory]
    [InlineData("under_investigation", VexStatus.UnderInvestigation)]
    [InlineData("known_affected", VexStatus.Affected)]
    [InlineData("first_affected", VexStatus.Affected)]
    [InlineData("last_affected", VexStatus.Affected)]
    [InlineData("known_not_affected", VexStatus.NotAffected)]
    [InlineData("fixed", VexStatus.Fixed)]
    [InlineData("first_fixed", VexStatus.Fixed)]
    [InlineData("recommended", null)]
    public void Each_csaf_status_has_its_meaning(string word, VexStatus? meaning) =>
        Assert.Equal(meaning, ProductStatus.FromWord(word)!.Value.Meaning);

    [Theory]
    [InlineData("under_investigation", VexStatus.UnderInvestigation)]
    [InlineData("affected", VexStatus.Affected)]
    [InlineData("not_affected", VexStatus.NotAffected)]
    [InlineData("fixed", VexStatus.Fixed)]
    public void Each_openvex_status_has_its_meaning(string word, VexStatus meaning) =>
        Assert.Equal(meaning, OpenVexStatus.FromWord(word)!.Value.Meaning);

    [Theory]
    [InlineData("in_triage", VexStatus.UnderInvestigation)]
    [InlineData("exploitable", VexStatus.Affected)]
    [InlineData("not_affected", VexStatus.NotAffected)]
    [InlineData("false_positive", VexStatus.FalseMatch)]
    [InlineData("resolved", VexStatus.Fixed)]
    [InlineData("resolved_with_pedigree", VexStatus.Fixed)]
    public void Each_cyclonedx_state_has_its_meaning(string word, VexStatus meaning) =>
        Assert.Equal(meaning, CycloneDxState.FromWord(word)!.Value.Meaning);

    [Theory, MemberData(nameof(Statuses))]
    public void What_we_write_reads_back_as_what_we_meant(VexStatus status)
    {
        var elsewhere = status == VexStatus.FalseMatch ? VexStatus.NotAffected : status;

        Assert.Equal(status, status.InCycloneDx.Meaning);
        Assert.Equal(elsewhere, status.InCsaf.Meaning);
        Assert.Equal(elsewhere, status.InOpenVex.Meaning);
    }

    [Fact]
    public void A_status_without_a_word_of_its_own_says_which_justification_stands_for_it()
    {
        foreach (var row in VexTable.Rows)
            Assert.Equal(row.Csaf[0].Meaning == row.Status, row.OnlyAs is null);

        Assert.Equal(Justification.ComponentNotPresent, VexTable.Rows.Single(row => row.Status == VexStatus.FalseMatch).OnlyAs);
    }

    [Fact]
    public void Every_word_of_every_format_is_in_the_table()
    {
        Assert.Equal(Enum.GetValues<VexStatus>(), VexTable.Rows.Select(row => row.Status));
        Assert.Equal(
            Enum.GetValues<ProductStatus>().Except([ProductStatus.Recommended]).Order(),
            VexTable.Rows.SelectMany(row => row.Csaf).Distinct().Order());
        Assert.Equal(Enum.GetValues<OpenVexStatus>().Order(), VexTable.Rows.Select(row => row.OpenVex).Distinct().Order());
        Assert.Equal(Enum.GetValues<CycloneDxState>().Order(), VexTable.Rows.SelectMany(row => row.CycloneDx).Distinct().Order());
    }

    [Theory]
    [InlineData("component_not_present", "component_not_present", "code_not_present")]
    [InlineData("vulnerable_code_not_present", "vulnerable_code_not_present", "code_not_present")]
    [InlineData("vulnerable_code_not_in_execute_path", "vulnerable_code_not_in_execute_path", "code_not_reachable")]
    [InlineData("vulnerable_code_cannot_be_controlled_by_adversary", "vulnerable_code_cannot_be_controlled_by_adversary", null)]
    [InlineData("inline_mitigations_already_exist", "inline_mitigations_already_exist", "protected_by_mitigating_control")]
    [InlineData("code_not_present", "vulnerable_code_not_present", "code_not_present")]
    [InlineData("code_not_reachable", "vulnerable_code_not_in_execute_path", "code_not_reachable")]
    [InlineData("requires_configuration", "vulnerable_code_cannot_be_controlled_by_adversary", "requires_configuration")]
    [InlineData("requires_dependency", "vulnerable_code_cannot_be_controlled_by_adversary", "requires_dependency")]
    [InlineData("requires_environment", "vulnerable_code_cannot_be_controlled_by_adversary", "requires_environment")]
    [InlineData("protected_by_compiler", "inline_mitigations_already_exist", "protected_by_compiler")]
    [InlineData("protected_at_runtime", "inline_mitigations_already_exist", "protected_at_runtime")]
    [InlineData("protected_at_perimeter", "vulnerable_code_cannot_be_controlled_by_adversary", "protected_at_perimeter")]
    [InlineData("protected_by_mitigating_control", "inline_mitigations_already_exist", "protected_by_mitigating_control")]
    public void Each_justification_has_its_word_in_each_format(string word, string csaf, string? cycloneDx)
    {
        var justification = Justification.FromWord(word)!.Value;

        Assert.Equal((word, csaf, cycloneDx), (justification.Word, justification.InCsaf.Word, justification.InCycloneDx?.Word));
    }

    [Theory, MemberData(nameof(Justifications))]
    public void A_justification_crosses_to_the_right_vocabulary_and_keeps_its_own(Justification justification)
    {
        Assert.True(justification.InCsaf.IsCsaf);
        Assert.NotEqual(true, justification.InCycloneDx?.IsCsaf);
        Assert.Equal(justification, justification.IsCsaf ? justification.InCsaf : justification.InCycloneDx);
    }

    [Theory]
    [InlineData(Justification.ComponentNotPresent, Justification.VulnerableCodeNotPresent)]
    [InlineData(Justification.VulnerableCodeNotPresent, Justification.VulnerableCodeNotPresent)]
    [InlineData(Justification.VulnerableCodeNotInExecutePath, Justification.VulnerableCodeNotInExecutePath)]
    [InlineData(Justification.InlineMitigationsAlreadyExist, Justification.InlineMitigationsAlreadyExist)]
    public void There_and_back_never_claims_more(Justification meant, Justification after) => Assert.Equal(after, meant.InCycloneDx!.Value.InCsaf);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Known_Affected")]
    [InlineData("KnownAffected")]
    [InlineData("unknown")]
    public void Any_other_word_is_not_taken(string? word)
    {
        Assert.Null(ProductStatus.FromWord(word));
        Assert.Null(OpenVexStatus.FromWord(word));
        Assert.Null(CycloneDxState.FromWord(word));
        Assert.Null(Justification.FromWord(word));
    }

    [Fact]
    public void The_words_are_those_of_the_published_schemas()
    {
        var openVex = Schema("openvex", "openvex_json_schema.json");
        var csaf = Schema("csaf", "csaf_2.0/json_schema/csaf_json_schema.json");
        var cycloneDx = Schema("cyclonedx", "schema/bom-1.6.schema.json");
        var justifications = Enum.GetValues<Justification>().ToLookup(j => j.IsCsaf, j => j.Word);

        Same(At(csaf, "/properties/vulnerabilities/items/properties/product_status/properties").EnumerateObject().Select(p => p.Name),
            Enum.GetValues<ProductStatus>().Select(status => status.Word));
        Same(Listed(csaf, "/properties/vulnerabilities/items/properties/flags/items/properties/label/enum"), justifications[true]);
        Same(Listed(openVex, "/properties/statements/items/properties/status/enum"), Enum.GetValues<OpenVexStatus>().Select(status => status.Word));
        Same(Listed(openVex, "/properties/statements/items/properties/justification/enum"), justifications[true]);
        Same(Listed(cycloneDx, "/definitions/impactAnalysisState/enum"), Enum.GetValues<CycloneDxState>().Select(state => state.Word));
        Same(Listed(cycloneDx, "/definitions/impactAnalysisJustification/enum"), justifications[false]);
    }

    private static void Same(IEnumerable<string> theirs, IEnumerable<string> ours) =>
        Assert.Equal(theirs.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));

    private static IEnumerable<string> Listed(JsonElement schema, string place) =>
        At(schema, place).EnumerateArray().Select(word => word.GetString()!);

    private static JsonElement At(JsonElement schema, string place) => JsonPointer.Parse(place).Find(schema)!.Value;

    private static JsonElement Schema(string folder, string file) => StrictJson.Parse(File.ReadAllBytes(Path.Combine(Shared.Data(folder), file)));
}
