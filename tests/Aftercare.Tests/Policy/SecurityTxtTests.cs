using Aftercare.Ledger;
using Aftercare.Policy;
using Xunit;

namespace Aftercare.Tests.Policy;

public sealed class SecurityTxtTests
{
    [Fact]
    public void It_has_the_fields_of_RFC_9116_and_leads_to_the_advisories() => Assert.Equal("""
        Contact: https://acme.test/report
        Contact: mailto:security@acme.test
        Expires: 2027-02-15T09:00:00.000Z
        Preferred-Languages: en, de
        Canonical: https://acme.test/.well-known/security.txt
        Policy: https://acme.test/security
        CSAF: https://acme.test/.well-known/csaf/provider-metadata.json

        """, SecurityTxt.Write("https://acme.test", "security@acme.test", Instant.From(new DateTimeOffset(2027, 2, 15, 9, 0, 0, TimeSpan.Zero)), "en", "de"));

    [Fact]
    public void A_line_end_in_an_address_does_not_become_a_field() =>
        Assert.Contains("mailto:a@b.testHiring: x\n", SecurityTxt.Write("https://acme.test", "a@b.test\r\nHiring: x", default, "en"), StringComparison.Ordinal);
}
