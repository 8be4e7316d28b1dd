using System.Security.Cryptography;
using Aftercare.Mail;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Mail;

public sealed class ReturnTagTests
{
    private static readonly byte[] Key = SHA256.HashData("ours"u8);

    [Fact]
    public void A_tag_says_which_mail_came_back_whatever_the_way_did_to_its_case()
    {
        var mail = Some.Id("mail");

        var tag = ReturnTag.Of(mail, Key);

        Assert.Matches("^[a-z2-7]{42}$", tag);
        Assert.Equal(64, new string('a', ReturnTag.MaxLocalPart).Length + 1 + tag.Length);
        Assert.Equal(mail, ReturnTag.Read($"bounces+{tag}", Key));
        Assert.Equal(mail, ReturnTag.Read($"Bounces+{tag.ToUpperInvariant()}", Key));
    }

    [Fact]
    public void Every_id_comes_back_as_it_was()
    {
        for (var i = 0; i < 500; i++)
        {
            var mail = Some.Id($"mail {i}");
            Assert.Equal(mail, ReturnTag.Read($"b+{ReturnTag.Of(mail, Key)}", Key));
        }
    }

    [Fact]
    public void A_forged_tag_names_no_mail()
    {
        var tag = ReturnTag.Of(Some.Id("mail"), Key);
        var others = ReturnTag.Of(Some.Id("another mail"), Key);

        for (var i = 0; i < tag.Length; i++)
        {
            var changed = tag[..i] + (tag[i] == 'a' ? 'b' : 'a') + tag[(i + 1)..];
            Assert.Null(ReturnTag.Read($"bounces+{changed}", Key));
        }
        Assert.Null(ReturnTag.Read($"bounces+{tag[..26]}{others[26..]}", Key));
        Assert.Null(ReturnTag.Read($"bounces+{tag}", SHA256.HashData("theirs"u8)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bounces")]
    [InlineData("bounces+")]
    [InlineData("bounces+short")]
    [InlineData("+")]
    [InlineData("bounces+11111111111111111111111111111111111111111")]
    [InlineData("bounces+ääääääääääääääääääääääääääääääääääääääääää")]
    public void What_is_no_tag_names_no_mail(string localPart) => Assert.Null(ReturnTag.Read(localPart, Key));
}
