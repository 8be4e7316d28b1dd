using Aftercare.Advisories;
using Aftercare.Ledger;
using Xunit;

namespace Aftercare.Tests.Advisories;

public sealed class PastAdvisoryTests
{
    private static readonly BlobRef Document = new(Guid.Empty, "", 0);

    [Fact]
    public void A_document_that_names_more_than_an_entry_holds_is_cut_and_stays_whole_itself()
    {
        var much = PastAdvisorySamples.Said with
        {
            Title = new string('t', 5000),
            Cves = [.. Enumerable.Range(0, 5000).Select(i => $"CVE-2024-{i:D7}")],
            Products = [.. Enumerable.Range(0, 500).Select(i => $"{i} {new string('€', 500)}")],
        };

        var entered = (PastAdvisoryEvent.Entered)PastAdvisory.Enter(much, Document, Actor.System).Value;

        Assert.Equal((PastAdvisory.MaxCves, PastAdvisory.MaxProducts, 200), (entered.Said.Cves.Length, entered.Said.Products.Length, entered.Said.Title.Length));
        Assert.True(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(entered, Entry.BodyJson).Length < 48 * 1024);
    }

    [Theory]
    [InlineData(Role.Administrator, false)]
    [InlineData(Role.Analyst, false)]
    [InlineData(Role.Lead, true)]
    [InlineData(Role.Publisher, true)]
    public void Who_may_not_publish_does_not_bring_what_was_published(Role role, bool may) =>
        Assert.Equal(may, !PastAdvisory.Enter(PastAdvisorySamples.Said, Document, new Actor("person/x", [role])).Refused(out _, out _));
}
