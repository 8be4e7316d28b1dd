using System.Text.Json;
using Aftercare.Csaf;
using Aftercare.Json;
using Xunit;

namespace Aftercare.Tests.Csaf;

public sealed class MandatoryTestsTests
{
    private const string Mandatory = "mandatory";

    // OASIS lists these two as valid documents of other tests, but they give one hash algorithm twice, which its own test 6.1.25 forbids.
    private static readonly string[] InvalidAfterAll =
    [
        "optional/oasis_csaf_tc-csaf_2_0-2021-6-2-08-02.json",
        "optional/oasis_csaf_tc-csaf_2_0-2021-6-2-09-02.json",
    ];

    public static TheoryData<string> Ids => [.. MandatoryTests.All.Select(test => test.Id)];

    /// <summary>OASIS's own files: each of <c>failures</c> must be found by the test, each of <c>valid</c> must pass it.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void A_mandatory_test_decides_the_conformance_files_as_OASIS_does(string id)
    {
        var files = ConformanceFiles().GetProperty("tests").EnumerateArray().Single(t => t.GetProperty("id").GetString() == id);
        var test = MandatoryTests.All.Single(t => t.Id == id);

        Assert.NotEmpty(Names(files, "failures"));
        Assert.All(Names(files, "failures"), name => Assert.NotEmpty(test.Faults(Read(name))));
        Assert.All(Names(files, "valid"), name => Assert.Empty(test.Faults(Read(name))));
    }

    [Fact]
    public void Every_mandatory_test_of_the_standard_is_in_the_table_in_its_order()
    {
        var standard = ConformanceFiles().GetProperty("tests").EnumerateArray()
            .Where(t => t.GetProperty("group").GetString() == Mandatory)
            .Select(t => t.GetProperty("id").GetString()!);

        Assert.Equal(standard, MandatoryTests.All.Select(t => t.Id));
    }

    [Fact]
    public void Documents_that_OASIS_calls_valid_have_no_fault_at_all()
    {
        var valid = ConformanceFiles().GetProperty("tests").EnumerateArray()
            .SelectMany(t => t.TryGetProperty("valid", out var files) ? files.EnumerateArray() : [])
            .Where(file => file.GetProperty("valid").GetBoolean())
            .Select(file => file.GetProperty("name").GetString()!)
            .ToList();

        Assert.NotEmpty(valid);
        Assert.All(valid, name => Assert.Empty(CsafRules.Faults(Read(name))));
    }

    [Fact]
    public void The_document_verdict_on_every_conformance_file_is_OASIS_s()
    {
        var failures = ConformanceFiles().GetProperty("tests").EnumerateArray()
            .SelectMany(t => t.GetProperty("failures").EnumerateArray())
            .ToDictionary(file => file.GetProperty("name").GetString()!, file => file.GetProperty("valid").GetBoolean());

        Assert.All(failures, file => Assert.Equal(file.Value && !InvalidAfterAll.Contains(file.Key), CsafRules.Faults(Read(file.Key)).IsEmpty));
        Assert.All(InvalidAfterAll, name => Assert.All(CsafRules.Faults(Read(name)), fault => Assert.Equal("6.1.25", fault.Test)));
    }

    [Fact]
    public void Real_medical_advisories_are_valid_and_are_written_back_the_same()
    {
        var files = Directory.GetFiles(Shared.Data("icsma"), "*.json", SearchOption.AllDirectories);

        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            var document = CsafDocument.Read(File.ReadAllBytes(file));
            var once = document.ToUtf8();
            Assert.Empty(document.Faults());
            Assert.Equal(once, CsafDocument.Read(once).ToUtf8());
        });
    }

    private static JsonElement ConformanceFiles() => Read("testcases.json");

    private static JsonElement Read(string name) =>
        StrictJson.Parse(File.ReadAllBytes(Path.Combine(DataFolder(), name)), CsafDocument.Limits);

    private static string DataFolder() => Path.Combine(Shared.Data("csaf"), "csaf_2.0", "test", "validator", "data");

    private static List<string> Names(JsonElement test, string member) =>
        test.TryGetProperty(member, out var files) ? [.. files.EnumerateArray().Select(file => file.GetProperty("name").GetString()!)] : [];
}
