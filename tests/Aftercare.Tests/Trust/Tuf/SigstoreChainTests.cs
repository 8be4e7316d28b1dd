using Aftercare.Trust.Tuf;
using Xunit;

namespace Aftercare.Tests.Trust.Tuf;

/// <summary>A root chain from the field: four years, legacy hex keys, then PEM, several ceremonies.</summary>
public sealed class SigstoreChainTests
{
    private static byte[] Root(int version) =>
        File.ReadAllBytes(Path.Combine(Shared.Data("tuf"), "sigstore", "metadata", "root_history", $"{version}.root.json"));

    [Fact]
    public void The_public_sigstore_chain_is_walked_from_1_to_15()
    {
        var set = new TrustedMetadataSet(Root(1), new DateTimeOffset(2026, 8, 25, 0, 0, 0, TimeSpan.Zero));
        for (var version = 2; version <= 15; version++)
            set.UpdateRoot(Root(version));

        Assert.Equal(15, set.Root.Role.Version);
        Assert.True(set.UpdateTimestamp(File.ReadAllBytes(Path.Combine(Shared.Data("tuf"), "sigstore", "metadata", "timestamp.json"))));
        Assert.Equal(165, set.Timestamp!.Role.Snapshot.Version);
    }

    [Fact]
    public void The_chain_cannot_skip_a_root()
    {
        var set = new TrustedMetadataSet(Root(1), DateTimeOffset.MinValue);

        Assert.Throws<WrongVersionException>(() => set.UpdateRoot(Root(3)));
    }

    [Fact]
    public void The_last_root_does_not_outlive_its_date()
    {
        var set = new TrustedMetadataSet(Root(15), new DateTimeOffset(2026, 11, 20, 13, 58, 18, TimeSpan.Zero));
        var timestamp = File.ReadAllBytes(Path.Combine(Shared.Data("tuf"), "sigstore", "metadata", "timestamp.json"));

        Assert.Throws<ExpiredMetadataException>(() => set.UpdateTimestamp(timestamp));
    }

    [Theory, InlineData(1), InlineData(5), InlineData(15)]
    public void A_changed_digit_breaks_the_signatures(int version)
    {
        var text = System.Text.Encoding.UTF8.GetString(Root(version));
        var changed = text.Replace($"\"version\": {version}", $"\"version\": {version + 100}", StringComparison.Ordinal);

        Assert.NotEqual(text, changed);
        Assert.Throws<ThresholdNotMetException>(() => new TrustedMetadataSet(System.Text.Encoding.UTF8.GetBytes(changed), DateTimeOffset.MinValue));
    }
}
