using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.Mail;

internal static class MailSamples
{
    public static Event[] All =>
    [
        Set(),
        new MailSettingsEvent.TurnedOff("The mail server moves."),
        Written(),
        new SentMailEvent.Failed(1, "The mail server does not answer.", MayHaveArrived: true),
        new SentMailEvent.GivenUp(10, "The mail server does not answer."),
        new SentMailEvent.HandedOver(11, "250 2.0.0 Ok: queued as 4XKZ"),
        new SentMailEvent.Refused("550 5.1.1 (address): no such user"),
        new SentMailEvent.Withheld(WithheldBecause.TooMany),
        new SentMailEvent.Bounced("5.2.2"),
    ];

    public static MailSettingsEvent.Set Set() => new()
    {
        Server = "smtp.maker.example",
        Port = 587,
        Protection = MailProtection.StartTls,
        SignIn = MailSignIn.Oauth,
        User = "desk@maker.example",
        OAuth = new OAuthClient("https://login.maker.example/token", "aftercare"),
        Authority = null,
        SenderName = "Maker Medical, security",
        SenderAddress = "desk@maker.example",
        ReplyTo = "psirt@maker.example",
        BounceAddress = "bounces@maker.example",
        MostADay = 20,
        DigestHour = 6,
        SecretEntered = true,
    };

    public static SentMailEvent.Written Written() =>
        new(MailPurpose.ReportReceived, MailParty.Reporter, Some.Id("report"), Some.Id("report"), "<0195a0000000700080000000000000ff@maker.example>");
}
