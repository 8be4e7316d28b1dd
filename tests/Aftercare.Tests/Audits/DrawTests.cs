using Aftercare.Audits;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Audits;

public sealed class DrawTests
{
    [Fact]
    public void The_algorithm_is_the_one_that_is_documented()
    {
        // printf '4711\n%s' ID | sha256sum, sorted by hand.
        Guid[] ids = [Guid.Parse("00000000-0000-7000-8000-000000000001"), Guid.Parse("00000000-0000-7000-8000-000000000002"), Guid.Parse("00000000-0000-7000-8000-000000000003")];

        Assert.Equal(Expected.Select(n => ids[n - 1]), Draw.Sample(ids, "4711", 3));
        Assert.Equal(ExpectedDigest, Draw.DigestOf(ids));
    }

    [Fact]
    public void More_than_there_are_is_all_of_them() => Assert.Equal(3, Draw.Sample([Some.Id("a"), Some.Id("b"), Some.Id("c")], "x", 100).Length);

    // 2,000 seeds draw 10 of 100: each record is expected 200 times, with a deviation of some 13; six of these would be a broken draw.
    [Fact]
    public void No_record_is_drawn_more_often_than_chance_would()
    {
        Guid[] population = [.. Enumerable.Range(0, 100).Select(n => Some.Id($"record {n}"))];
        var drawn = Enumerable.Range(0, 2000).SelectMany(seed => Draw.Sample(population, $"seed {seed}", 10)).CountBy(id => id).ToDictionary();

        Assert.Equal(100, drawn.Count);
        Assert.All(drawn.Values, times => Assert.InRange(times, 120, 280));
    }

    private static readonly int[] Expected = [2, 3, 1];

    private const string ExpectedDigest = "9e40446e7fae3c610fe619b241338a8630bf130616b36adab202d6f428b0fecd";
}
