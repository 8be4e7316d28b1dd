using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Products;

public sealed class ReleaseTests
{
    private static Stated Day(string day) => Stated.Parse(day, null);

    private static Release Supported(string? until) =>
        Some.State<Release>(Some.Quality, Release.Register(Some.Id("product"), "4.2.0", Day("2024-03-04"), until is null ? null : Day(until), Some.Quality).Value);

    [Fact]
    public void Support_does_not_end_before_the_release()
    {
        Assert.True(Release.Register(Some.Id("product"), "4.2.0", Day("2024-03-04"), Day("2024-03-03"), Some.Quality).Refused(out var why, out _));
        Assert.Equal("supportedUntil", Assert.Single(why.Faults).Field);

        Assert.True(Supported("2030-12-31").ChangeSupport(Day("2023-01-01"), "Typing error", Some.Quality).Refused(out why, out _));
        Assert.Equal("supportedUntil", Assert.Single(why.Faults).Field);
    }

    [Fact]
    public void The_end_of_support_is_announced_moved_and_taken_back()
    {
        var release = Supported(null);
        foreach (var until in new[] { Day("2030-12-31"), Day("2031-12-31"), null })
        {
            release = Some.Next(release, release.ChangeSupport(until, "Decided by the board", Some.Quality).Value, Some.Quality);

            Assert.Equal(until, release.SupportedUntil);
        }
    }

    [Fact]
    public void The_same_day_again_is_no_change()
    {
        Assert.True(Supported("2030-12-31").ChangeSupport(Day("2030-12-31"), "Again", Some.Quality).Refused(out var why, out _));

        Assert.Equal("release.support-unchanged", why.Code);
    }
}
