using Aftercare.Channels.Mail;
using Xunit;

namespace Aftercare.Tests.Channels.Mail;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("anna@example.org", "anna@example.org")]
    [InlineData("Anna.Lovelace+psirt@Example.ORG", "Anna.Lovelace+psirt@example.org")]
    [InlineData("o'neil@mail-1.example", "o'neil@mail-1.example")]
    [InlineData("root@localhost", "root@localhost")]
    [InlineData("info@müller.example", "info@xn--mller-kva.example")]
    [InlineData("info@xn--mller-kva.example", "info@xn--mller-kva.example")]
    [InlineData("用户@例子.example", "用户@xn--fsqu00a.example")]
    public void An_address_is_taken_and_its_domain_becomes_ascii(string text, string address) =>
        Assert.Equal(address, EmailAddress.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("anna")]
    [InlineData("@example.org")]
    [InlineData("anna@")]
    [InlineData("anna@b@example.org")]
    [InlineData(" anna@example.org")]
    [InlineData("anna@example.org, ben@example.org")]
    [InlineData("anna@example.org>\r\nRCPT TO:<ben@example.org")]
    [InlineData("anna@example.org\0")]
    [InlineData("Anna <anna@example.org>")]
    [InlineData(".anna@example.org")]
    [InlineData("anna.@example.org")]
    [InlineData("an..na@example.org")]
    [InlineData("\"an na\"@example.org")]
    [InlineData("anna(comment)@example.org")]
    [InlineData("an\u202ena@example.org")]
    [InlineData("an\u200bna@example.org")]
    [InlineData("anna@[127.0.0.1]")]
    [InlineData("anna@127.0.0.1")]
    [InlineData("anna@example.1")]
    [InlineData("anna@-example.org")]
    [InlineData("anna@example-.org")]
    [InlineData("anna@exa_mple.org")]
    [InlineData("anna@example..org")]
    [InlineData("anna@example.org.")]
    [InlineData("anna@exa mple.org")]
    public void What_is_not_one_address_is_refused(string text)
    {
        Assert.False(EmailAddress.TryParse(text, out _));
        Assert.Equal("The address", Assert.Throws<MalformedMailException>(() => EmailAddress.Parse(text)).Field);
    }

    [Theory]
    [InlineData(64, 63, true)]
    [InlineData(65, 63, false)]
    [InlineData(64, 64, false)]
    public void Lengths_are_those_of_the_standard(int local, int label, bool taken) =>
        Assert.Equal(taken, EmailAddress.TryParse($"{new string('a', local)}@{new string('b', label)}.example", out _));

    [Fact]
    public void An_address_of_more_than_254_bytes_is_refused()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('b', 60), 3));

        Assert.True(EmailAddress.TryParse($"{new string('a', 64)}@{domain}.{new string('c', 6)}", out _));
        Assert.False(EmailAddress.TryParse($"{new string('a', 64)}@{domain}.{new string('c', 7)}", out _));
    }

    [Fact]
    public void Only_a_local_part_that_is_not_ascii_needs_smtputf8()
    {
        Assert.False(EmailAddress.Parse("info@müller.example").NeedsSmtpUtf8);
        Assert.True(EmailAddress.Parse("müller@example.org").NeedsSmtpUtf8);
    }
}
