using Aftercare.Json;
using Aftercare.Ledger;
using Xunit;

namespace Aftercare.Tests.Ledger;

/// <summary>What is on record is read for ever: by these samples of every kind and version that was ever written.</summary>
public sealed class SamplesTests
{
    public static TheoryData<string> Nouns => [.. TestNoun.All.Select(noun => noun.Name)];

    [Fact]
    public void Every_kind_has_a_stored_sample_of_every_version()
    {
        var stored = TestNoun.All.SelectMany(noun => Samples.Of(noun.Name)).Select(entry => entry.Kind).ToHashSet();

        var missing = Kinds.All.Names.SelectMany(Versions).Where(kind => !stored.Contains(kind)).ToList();

        Assert.True(missing.Count == 0, $"No sample of {string.Join(", ", missing)}: give an event of it in the noun's …Samples class, then run this test with AFTERCARE_WRITE_SAMPLES=1.");
    }

    [Fact]
    public void Every_file_of_samples_belongs_to_a_noun() =>
        Assert.Equal(TestNoun.All.Select(noun => noun.Name), Samples.Nouns);

    [Theory, MemberData(nameof(Nouns))]
    public void A_sample_is_canonical(string noun) =>
        Assert.All(Samples.Bytes(noun), bytes => Assert.Equal(bytes, CanonicalJson.Rfc8785(StrictJson.Parse(bytes))));

    // A body whose shape changed without a new number would be written differently from what stands on record.
    [Theory, MemberData(nameof(Nouns))]
    public void A_sample_of_todays_version_is_written_again_to_the_same_bytes(string noun)
    {
        var today = Samples.Of(noun).Where(entry => entry.Kind == Kinds.All.Written(entry.Event));

        Assert.All(today, entry => Assert.Equal(entry.Bytes.ToArray(), Entry.Write(entry.Head, entry.Event, entry.Signature, RandomOf(entry)).Bytes.ToArray()));
    }

    [Theory, MemberData(nameof(Nouns))]
    public void The_samples_of_a_noun_fold_to_its_state(string noun)
    {
        var samples = Samples.Of(noun);

        var state = TestNoun.Of(noun + ".any").Fold(samples);

        Assert.Equal(samples.Count, state!.Version);
    }

    private static IEnumerable<string> Versions(string name)
    {
        var today = ((KindAttribute)Attribute.GetCustomAttribute(Kinds.All.TypeOf(name)!, typeof(KindAttribute))!).Version;
        return Enumerable.Range(1, today).Select(version => $"{name}/{version}");
    }

    private static byte[] RandomOf(Entry entry) => StrictJson.Parse(entry.Bytes).GetProperty("random").GetString() is { } text ? System.Buffers.Text.Base64Url.DecodeFromChars(text) : [];
}
