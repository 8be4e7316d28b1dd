using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Mail;

public sealed class SentMailTests
{
    private static readonly Actor Gateway = new(Actor.MachineId(Some.Id("owner"), Some.Id("token")), [Role.Machine, Role.MailGateway]);

    private static SentMail Mail(params ReadOnlySpan<Event> more) => Some.State<SentMail>(Actor.System, [MailSamples.Written(), .. more]);

    public static TheoryData<Event> Settled =>
        [new SentMailEvent.HandedOver(1, "250 ok"), new SentMailEvent.Refused("550 no"), new SentMailEvent.Withheld(WithheldBecause.NotWanted), new SentMailEvent.Bounced("5.1.1")];

    [Fact]
    public void A_mail_waits_until_a_server_has_it()
    {
        Assert.Equal(SentMailStage.Waiting, Mail().Stage);
        Assert.False(Mail().IsSettled);
        Assert.Equal(SentMailStage.HandedOver, Mail(new SentMailEvent.HandedOver(1, "250 ok")).Stage);
    }

    [Fact]
    public void What_failed_waits_again_and_what_was_given_up_can_still_be_handed_over()
    {
        var failed = Mail(new SentMailEvent.Failed(1, "no answer", true));
        var given = Mail(new SentMailEvent.Failed(1, "no answer", true), new SentMailEvent.GivenUp(2, "no answer"));

        Assert.Equal((SentMailStage.Waiting, 1, "no answer"), (failed.Stage, failed.Failures, failed.Words));
        Assert.Equal((SentMailStage.GivenUp, 2, false), (given.Stage, given.Failures, given.IsSettled));
        Assert.IsType<SentMailEvent.HandedOver>(given.HandOver(3, "250 ok", Actor.System).Value);
    }

    [Theory, MemberData(nameof(Settled))]
    public void A_settled_mail_is_never_sent_again(Event settled)
    {
        var mail = Mail(settled);

        Assert.True(mail.IsSettled);
        Assert.True(mail.HandOver(2, "250 ok", Actor.System).Refused(out var why, out _));
        Assert.Equal("mail.wrong-stage", why.Code);
        Assert.True(mail.Fail(2, "no", false, Actor.System).Refused(out _, out _));
    }

    [Fact]
    public void A_bounce_can_be_faster_than_the_note_that_it_was_handed_over()
    {
        Assert.IsType<SentMailEvent.Bounced>(Mail().Bounce("5.1.1", Gateway).Value);
        Assert.IsType<SentMailEvent.Bounced>(Mail(new SentMailEvent.HandedOver(1, "250 ok")).Bounce("5.1.1", Gateway).Value);
    }

    [Fact]
    public void Only_a_mail_server_says_that_a_mail_came_back_and_it_says_nothing_else()
    {
        var mail = Mail(new SentMailEvent.HandedOver(1, "250 ok"));

        Assert.True(mail.Bounce("5.1.1", Actor.System).Refused(out var why, out _));
        Assert.Equal("mail.wrong-role", why.Code);
        Assert.True(mail.Bounce("2.0.0", Gateway).Refused(out _, out _));
        Assert.True(Mail().HandOver(1, "250 ok", Gateway).Refused(out _, out _));
    }

    [Fact]
    public void What_a_server_said_is_kept_to_a_limit()
    {
        var words = new string('x', 10_000);

        Assert.Equal(SentMail.MaxWords, ((SentMailEvent.Refused)Mail().Refuse(words, Actor.System).Value).Answer.Length);
    }

    [Theory]
    [InlineData("5.1.1", "there is no such address")]
    [InlineData("5.2.2", "the mailbox is full")]
    [InlineData("4.4.1", "its mail server cannot be reached")]
    [InlineData("5.7.1", "its mail server refuses mail from us")]
    [InlineData("5.9.9", "its mail server did not say why")]
    [InlineData("nonsense", "its mail server did not say why")]
    public void A_status_is_said_in_plain_words(string status, string words) => Assert.Equal(words, SentMail.InWords(status));
}
