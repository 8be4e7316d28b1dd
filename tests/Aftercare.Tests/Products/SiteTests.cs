using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Products;

public sealed class SiteTests
{
    private static readonly Actor Operator = Actor.Person(Some.Id("operator"), Role.Operator);

    private static Site Registered() => Some.State<Site>(Some.Quality, Site.Register("Klinikum Süd", "DE", Some.Quality).Value);

    [Fact]
    public void The_first_key_is_enrolled_and_every_further_one_replaces_it()
    {
        var site = Registered();
        Assert.Null(site.Key);

        var first = site.EnrolKey("k1", "{}", "SHA256:one", Operator).Value;
        site = Some.Next(site, first, Operator);
        var second = site.EnrolKey("k2", "{}", "SHA256:two", Operator).Value;
        site = Some.Next(site, second, Operator);

        Assert.IsType<SiteEvent.KeyEnrolled>(first);
        Assert.Equal("k1", Assert.IsType<SiteEvent.KeyReplaced>(second).Replaced);
        Assert.Equal(("k2", "SHA256:two"), (site.Key!.KeyId, site.Key.Fingerprint));
    }

    [Fact]
    public void The_key_in_force_cannot_replace_itself()
    {
        var site = Some.Next(Registered(), Registered().EnrolKey("k1", "{}", "SHA256:one", Operator).Value, Operator);

        Assert.True(site.EnrolKey("k1", "{}", "SHA256:one", Operator).Refused(out var why, out _));

        Assert.Equal("site.key-unchanged", why.Code);
    }

    // A key that the desk could enrol would let the desk write the site's receipts.
    [Fact]
    public void The_desk_enrols_no_key_for_a_site()
    {
        Assert.True(Registered().EnrolKey("k1", "{}", "SHA256:one", Some.Quality).Refused(out var why, out _));

        Assert.Equal("site.wrong-role", why.Code);
    }

    [Theory]
    [InlineData("de")]
    [InlineData("D")]
    [InlineData("Ger")]
    [InlineData("Ä1")]
    public void A_country_is_two_capital_letters(string country)
    {
        Assert.True(Site.Register("Klinikum", country, Some.Quality).Refused(out var why, out _));

        Assert.Equal("country", Assert.Single(why.Faults).Field);
    }
}
