using Aftercare.Mail;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Mail;

public sealed class MailSettingsTests
{
    private static readonly MailSettingsEvent.Set Password = MailSamples.Set() with { SignIn = MailSignIn.Password, OAuth = null };

    private static MailSettings Standing => Some.State<MailSettings>(Some.Administrator, Password);

    public static TheoryData<MailSettingsEvent.Set> OtherDoors =>
    [
        Password with { Server = "smtp.attacker.example" },
        Password with { Port = 2525 },
        Password with { Protection = MailProtection.Tls },
        Password with { User = "somebody.else@maker.example" },
        Password with { Authority = "-----BEGIN CERTIFICATE-----" },
        MailSamples.Set(),
        MailSamples.Set() with { OAuth = new OAuthClient("https://attacker.example/token", "aftercare") },
    ];

    [Theory, MemberData(nameof(OtherDoors))]
    public void An_insider_who_points_it_elsewhere_does_not_get_the_stored_secret(MailSettingsEvent.Set elsewhere)
    {
        Assert.True(Standing.Change(elsewhere with { SecretEntered = false }, Some.Administrator).Refused(out var why, out _));
        Assert.Contains("Enter it", Assert.Single(why.Faults).Reason, StringComparison.Ordinal);
        Assert.IsType<MailSettingsEvent.Set>(Standing.Change(elsewhere with { SecretEntered = true }, Some.Administrator).Value);
    }

    [Fact]
    public void What_has_nothing_to_do_with_the_server_is_changed_without_the_secret() =>
        Assert.IsType<MailSettingsEvent.Set>(Standing.Change(Password with { SenderName = "Other", DigestHour = 7, MostADay = 5, SecretEntered = false }, Some.Administrator).Value);

    [Fact]
    public void The_first_settings_need_the_secret() =>
        Assert.True(MailSettings.SetUp(Password with { SecretEntered = false }, Some.Administrator).Refused(out _, out _));

    [Theory]
    [InlineData("smtp.maker.example", MailSignIn.None, "protection")]
    [InlineData("127.0.0.1", MailSignIn.Password, "signIn")]
    public void Nothing_secret_and_nothing_far_goes_without_tls(string server, MailSignIn signIn, string field)
    {
        Assert.True(MailSettings.SetUp(Password with { Server = server, Protection = MailProtection.None, SignIn = signIn }, Some.Administrator).Refused(out var why, out _));
        Assert.Equal(field, Assert.Single(why.Faults).Field);
    }

    [Theory]
    [InlineData("http://login.maker.example/token")]
    [InlineData("https://user:password@login.maker.example/token")]
    [InlineData("file:///etc/passwd")]
    [InlineData("login")]
    public void A_token_is_fetched_over_https_only(string endpoint) =>
        Assert.True(MailSettings.SetUp(MailSamples.Set() with { OAuth = new OAuthClient(endpoint, "aftercare") }, Some.Administrator).Refused(out _, out _));

    [Fact]
    public void Only_an_administrator_sets_up_mail()
    {
        Assert.True(MailSettings.SetUp(Password, Some.Quality).Refused(out var why, out _));
        Assert.Equal("mail-settings.wrong-role", why.Code);
    }

    [Fact]
    public void Mail_that_was_turned_off_can_be_turned_on_again_with_its_secret()
    {
        var off = Some.Next(Standing, new MailSettingsEvent.TurnedOff("It moves."), Some.Administrator);

        Assert.Equal(MailStage.Off, off.Stage);
        Assert.True(off.TurnOff("again", Some.Administrator).Refused(out _, out _));
        Assert.Equal(MailStage.On, Some.Next(off, off.Change(Password, Some.Administrator).Value, Some.Administrator).Stage);
    }
}
