using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Vulnerabilities;

public sealed class IdentifierTests
{
    [Theory]
    [InlineData("CVE-2021-44228", 2021, 44228)]
    [InlineData("CVE-2014-0160", 2014, 160)]
    [InlineData("CVE-1999-0001", 1999, 1)]
    [InlineData("CVE-2014-9999999", 2014, 9999999)]
    public void A_cve_identifier_reads_back_as_it_was_spelt(string text, int year, int number)
    {
        var id = CveId.Parse(text);

        Assert.Equal((year, (ulong)number, text), (id.Year, id.Number, id.ToString()));
        Assert.Equal(CveId.Parse(text), id);
    }

    [Fact]
    public void A_cve_number_may_have_nineteen_digits() =>
        Assert.Equal("CVE-2099-9999999999999999999", CveId.Parse("CVE-2099-9999999999999999999").ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cve-2021-44228")]
    [InlineData("CVE-2021-442")]
    [InlineData("CVE-2021-00442")]
    [InlineData("CVE-21-44228")]
    [InlineData("CVE-2021-44228 ")]
    [InlineData("CVE-2021-4422x")]
    [InlineData("CVE-2021-+4422")]
    [InlineData("CVE-2021-44228-1")]
    [InlineData("CVE-2021-99999999999999999999")]
    [InlineData("CVE-２０２１-44228")]
    public void Any_other_spelling_of_a_cve_is_refused(string? text) => Assert.False(CveId.TryParse(text, out _));

    [Theory]
    [InlineData("CWE-79", 79)]
    [InlineData("CWE-1", 1)]
    [InlineData("CWE-1004", 1004)]
    public void A_cwe_identifier_reads_back_as_it_was_spelt(string text, int number)
    {
        Assert.Equal(number, CweId.Parse(text).Number);
        Assert.Equal(text, CweId.Parse(text).ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("CWE-0")]
    [InlineData("CWE-079")]
    [InlineData("CWE-")]
    [InlineData("cwe-79")]
    [InlineData("79")]
    [InlineData("CWE-1234567")]
    [InlineData("CWE-7 ")]
    public void Any_other_spelling_of_a_cwe_is_refused(string? text) => Assert.False(CweId.TryParse(text, out _));
}
