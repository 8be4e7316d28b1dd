using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Aftercare.Csaf;
using Aftercare.Json;
using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Csaf;

public sealed class CsafDocumentTests
{
    [Fact]
    public void A_rich_advisory_has_no_faults() => Assert.Empty(SomeCsaf.Advisory().Faults());

    [Fact]
    public async Task A_validator_that_is_not_ours_finds_no_fault_in_it_but_does_once_it_is_spoilt()
    {
        Assert.Empty(await Oracles.CsafFaults(SomeCsaf.Advisory().ToUtf8()));
        var fault = Assert.Single(await Oracles.CsafFaults(Encoding.UTF8.GetBytes(With("/vulnerabilities/0/scores/0/products/0", "NOBODY"))));
        Assert.StartsWith("mandatoryTest_6_1_1 at ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_reading_and_writing_again_gives_the_same_bytes()
    {
        var bytes = SomeCsaf.Advisory().ToUtf8();
        Assert.Equal(bytes, CsafDocument.Read(bytes).ToUtf8());
    }

    [Fact]
    public void Nothing_empty_is_written_and_instants_are_in_UTC()
    {
        var text = Encoding.UTF8.GetString(SomeCsaf.Advisory().ToUtf8());

        Assert.DoesNotContain("[]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("{}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("null", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", text, StringComparison.Ordinal);
        Assert.Contains("\"current_release_date\": \"2026-04-07T12:30:00.000Z\"", text, StringComparison.Ordinal);
        Assert.Contains("Zoë Grünfeld", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/document/tracking/status", "released", "is not one of draft, final, interim")]
    [InlineData("/document/tracking/status", "Final", "is not one of draft, final, interim")]
    [InlineData("/document/tracking/initial_release_date", "2026-03-02", "is not an RFC 3339 date-time")]
    [InlineData("/document/tracking/version", "01", "is not a whole number or a semantic version of at most 256 characters")]
    [InlineData("/document/publisher/namespace", "psirt.example.com", "is not an absolute URI")]
    [InlineData("/document/csaf_version", "2.1", "is not one of 2.0")]
    [InlineData("/vulnerabilities/0/cve", "CVE-26-1", "is not a CVE id")]
    [InlineData("/vulnerabilities/0/flags", "none", "is not an array")]
    [InlineData("/product_tree/product_groups/0/product_ids/1", "PUMP-OLD", "stands twice in the list")]
    [InlineData("/product_tree/branches/0/name", "", "is empty")]
    public void A_document_of_the_wrong_shape_is_refused_with_the_place(string at, string value, string message)
    {
        Assert.False(CsafDocument.TryRead(Encoding.UTF8.GetBytes(With(at, value)), out _, out var faults));
        Assert.Equal(new CsafFault("shape", at, message), Assert.Single(faults));
    }

    [Fact]
    public void A_score_that_does_not_follow_from_its_vector_is_a_fault()
    {
        var fault = Assert.Single(Faults(With("/vulnerabilities/0/scores/0/cvss_v3/baseScore", 9.9m)));
        Assert.Equal(new CsafFault("6.1.9", "/vulnerabilities/0/scores/0/cvss_v3/baseScore", "is not what the vector gives: 9.8"), fault);
    }

    [Fact]
    public void A_justification_of_CycloneDX_is_written_in_the_word_of_CSAF_that_claims_no_more()
    {
        Assert.Equal(Justification.VulnerableCodeNotInExecutePath, new Flag(Justification.CodeNotReachable).Label);
        Assert.Contains("\"label\": \"vulnerable_code_not_in_execute_path\"", Encoding.UTF8.GetString(SomeCsaf.Advisory().ToUtf8()), StringComparison.Ordinal);
    }

    [Fact]
    public void Products_are_sorted_into_the_lists_of_their_status()
    {
        var all = Enum.GetValues<ProductStatus>();
        var text = Encoding.UTF8.GetString((SomeCsaf.Advisory() with
        {
            Vulnerabilities = [new Vulnerability { ProductStatus = ProductStatuses.Of(all.Select(status => ($"IS-{status.Word}", status))) }],
        }).ToUtf8());
        var lists = JsonNode.Parse(text)!["vulnerabilities"]![0]!["product_status"]!.AsObject();

        Assert.Equal(all.Length, lists.Count);
        Assert.All(lists, list => Assert.Equal($"IS-{list.Key}", (string?)Assert.Single(list.Value!.AsArray())));
    }

    /// <summary>The worked example of FIRST's guide to CVSS 2.0, §3.3.1.</summary>
    [Theory]
    [InlineData("baseScore", 7.8)]
    [InlineData("temporalScore", 6.4)]
    [InlineData("environmentalScore", 9.2)]
    public void Old_scores_are_computed_too(string member, double right)
    {
        var rating = JsonNode.Parse("""
            { "version": "2.0", "vectorString": "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", "baseScore": 7.8 }
            """)!;
        rating[member] = right;
        Assert.Empty(Faults(With("/vulnerabilities/0/scores/0/cvss_v2", rating.DeepClone())));

        rating[member] = 5.0;
        var fault = Assert.Single(Faults(With("/vulnerabilities/0/scores/0/cvss_v2", rating)));
        Assert.Equal("6.1.9", fault.Test);
    }

    [Fact]
    public void A_weakness_under_another_name_is_a_fault_that_says_the_right_name()
    {
        var fault = Assert.Single(Faults(With("/vulnerabilities/0/cwe/name", "Buffer Overflow")));
        Assert.Equal("CWE-787 is named 'Out-of-bounds Write'", fault.Message);
    }

    [Fact]
    public void A_branch_with_both_a_product_and_branches_is_refused()
    {
        var text = With("/product_tree/branches/0/product", JsonNode.Parse("""{ "name": "n", "product_id": "p" }"""));
        Assert.False(CsafDocument.TryRead(Encoding.UTF8.GetBytes(text), out _, out var faults));
        Assert.Equal("/product_tree/branches/0", Assert.Single(faults).Pointer);
    }

    /// <summary>Each value in turn becomes something else: the rules must answer, and what passes the shape must be readable.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("-1e300")]
    [InlineData("\"\"")]
    [InlineData("\"\\u0000 / ~ *\"")]
    [InlineData("[]")]
    [InlineData("[[[{}]]]")]
    [InlineData("{}")]
    public void No_odd_value_anywhere_upsets_the_rules_or_the_reader(string odd)
    {
        Assert.All(Pointers(JsonNode.Parse(SomeCsaf.Advisory().ToUtf8())!, ""), at =>
        {
            var text = With(at, JsonNode.Parse(odd));
            var read = CsafDocument.TryRead(Encoding.UTF8.GetBytes(text), out var document, out _);
            Assert.Equal(read, document is not null);
            Assert.True(read || !Faults(text).IsEmpty);
        });
    }

    [Fact]
    public void Duplicate_members_are_refused()
    {
        var text = """{ "document": {}, "document": {} }""";
        Assert.False(CsafDocument.TryRead(Encoding.UTF8.GetBytes(text), out _, out var faults));
        Assert.Equal("json", Assert.Single(faults).Test);
    }

    [Fact]
    public void A_long_chain_of_relationships_is_no_circle_and_a_closed_one_is()
    {
        const int Length = 20_000;
        CsafDocument Chain(string end) => SomeCsaf.Advisory() with
        {
            ProductTree = new ProductTree
            {
                Relationships =
                [
                    .. Enumerable.Range(0, Length).Select(i => new Relationship(
                        RelationshipCategory.InstalledOn, new FullProductName("n", $"R{i}"), i + 1 < Length ? $"R{i + 1}" : end, end)),
                ],
            },
        };

        Assert.DoesNotContain(Chain("END").Faults(), fault => fault.Test == "6.1.3");
        Assert.Contains(Chain("R0").Faults(), fault => fault.Test == "6.1.3");
    }

    private static ImmutableArray<CsafFault> Faults(string json) => CsafRules.Faults(StrictJson.Parse(Encoding.UTF8.GetBytes(json)));

    private static IEnumerable<string> Pointers(JsonNode node, string at) => node switch
    {
        JsonObject members => members.SelectMany(m => Pointers(m.Value!, $"{at}/{m.Key}").Prepend($"{at}/{m.Key}")),
        JsonArray items => items.SelectMany((item, i) => Pointers(item!, $"{at}/{i}").Prepend($"{at}/{i}")),
        _ => [],
    };

    /// <summary>The rich advisory with one value changed.</summary>
    private static string With(string at, JsonNode? value)
    {
        var root = JsonNode.Parse(SomeCsaf.Advisory().ToUtf8())!;
        var segments = at[1..].Split('/');
        var parent = segments[..^1].Aggregate(root, (node, segment) => node is JsonArray list ? list[int.Parse(segment, null)]! : node[segment]!);
        if (parent is JsonArray array)
            array[int.Parse(segments[^1], null)] = value;
        else
            parent[segments[^1]] = value;
        return root.ToJsonString();
    }
}
