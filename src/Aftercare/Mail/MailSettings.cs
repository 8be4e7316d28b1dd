using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Mail;

/// <summary>How the way to the mail server is protected.</summary>
public enum MailProtection
{
    /// <summary>TLS after STARTTLS (RFC 3207), usually port 587.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314), usually port 465.</summary>
    Tls,

    /// <summary>None: only to a server on this machine, and never with a secret.</summary>
    None,
}

/// <summary>How we show the mail server who we are.</summary>
public enum MailSignIn
{
    None,
    Password,

    /// <summary>An OAuth 2.0 access token (XOAUTH2), fetched with a refresh token (RFC 6749 §6).</summary>
    Oauth,
}

/// <param name="TokenEndpoint">An https address; http only on this machine.</param>
public sealed record OAuthClient(string TokenEndpoint, string ClientId);

/// <summary>What happened to the settings of mail. The secrets are never in here.</summary>
public abstract record MailSettingsEvent : Event
{
    [Kind("mail-settings.set")]
    public sealed record Set : MailSettingsEvent
    {
        public required string Server { get; init; }
        public required int Port { get; init; }
        public required MailProtection Protection { get; init; }
        public required MailSignIn SignIn { get; init; }

        /// <summary>The name of the account at the mail server; null without sign-in.</summary>
        public string? User { get; init; }

        /// <summary>With <see cref="MailSignIn.Oauth"/> only.</summary>
        public OAuthClient? OAuth { get; init; }

        /// <summary>Certificates in PEM that the server's must come from, for a private authority; null: those that this machine trusts.</summary>
        public string? Authority { get; init; }
        public required string SenderName { get; init; }
        public required string SenderAddress { get; init; }
        public string? ReplyTo { get; init; }

        /// <summary>The mailbox whose mail is handed to us as bounces; null: bounces go to the sender's address and are not read here.</summary>
        public string? BounceAddress { get; init; }

        /// <summary>Mails to one address in a day (UTC), 1 to 1,000; what is beyond is withheld.</summary>
        public required int MostADay { get; init; }

        /// <summary>The hour of the daily digest in the organisation's zone, 0 to 23.</summary>
        public required int DigestHour { get; init; }

        /// <summary>Whether password or OAuth secrets were entered anew with it.</summary>
        public required bool SecretEntered { get; init; }
    }

    [Kind("mail-settings.turned-off")]
    public sealed record TurnedOff(string Reason) : MailSettingsEvent;
}

public enum MailStage
{
    On,
    Off,
}

/// <summary>By which server this installation sends mail, and as whom. There is one; before it nothing is mailed.</summary>
public sealed record MailSettings : Subject, IFold<MailSettings>
{
    private static readonly ImmutableArray<string> ThisMachine = ["localhost", "127.0.0.1", "::1"];

    public static string Noun => "mail-settings";

    public static Lifecycle<MailStage> Life { get; } = new(Noun,
    [
        new("set-up", "mail-settings.set", [], MailStage.On, [Role.Administrator]) { Button = "Save" },
        new("change", "mail-settings.set", [MailStage.On, MailStage.Off], MailStage.On, [Role.Administrator]) { Button = "Save" },
        new("turn-off", "mail-settings.turned-off", [MailStage.On], MailStage.Off, [Role.Administrator]) { Button = "Turn mail off" },
    ]);

    public MailStage Stage { get; private init; }

    /// <summary>As last set.</summary>
    public MailSettingsEvent.Set Current { get; private init; } = default!;

    public static Outcome<MailSettingsEvent> SetUp(MailSettingsEvent.Set settings, Actor by) =>
        (Life.Bars("set-up", null, null, by) ?? Fault(settings, keepsSecret: false)) is { } bar ? bar : settings;

    /// <summary>
    /// A secret that is kept is only ever shown to the server that it was entered for: whoever names another one, another way to it or another account enters it again.
    /// </summary>
    public Outcome<MailSettingsEvent> Change(MailSettingsEvent.Set settings, Actor by) =>
        (Life.Bars("change", this, Stage, by) ?? Fault(settings, keepsSecret: SameDoor(settings))) is { } bar ? bar : settings;

    public Outcome<MailSettingsEvent> TurnOff(string reason, Actor by) =>
        Life.Bars("turn-off", this, Stage, by) is { } bar ? bar : new MailSettingsEvent.TurnedOff(reason);

    public static MailSettings After(MailSettings? before, Entry entry)
    {
        var settings = before ?? new MailSettings();
        return (MailSettingsEvent)entry.Event switch
        {
            MailSettingsEvent.Set e => settings with { Stage = MailStage.On, Current = e },
            MailSettingsEvent.TurnedOff => settings with { Stage = MailStage.Off },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }

    private bool SameDoor(MailSettingsEvent.Set next) =>
        (Current.Server, Current.Port, Current.Protection, Current.SignIn, Current.User, Current.OAuth, Current.Authority)
        == (next.Server, next.Port, next.Protection, next.SignIn, next.User, next.OAuth, next.Authority);

    private static Refusal? Fault(MailSettingsEvent.Set settings, bool keepsSecret)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        if (settings.Protection == MailProtection.None && !ThisMachine.Contains(settings.Server))
            faults.Add(new("protection", "Mail without TLS only goes to a server on this machine."));
        if (settings.Protection == MailProtection.None && settings.SignIn != MailSignIn.None)
            faults.Add(new("signIn", "A secret is only sent over TLS."));
        if (settings.SignIn != MailSignIn.None && settings.User is null)
            faults.Add(new("user", "The name of the account at the mail server is needed."));
        if (settings.SignIn == MailSignIn.Oauth && settings.OAuth is null)
            faults.Add(new("tokenEndpoint", "OAuth needs the address where tokens are fetched, and a client id."));
        if (settings.OAuth is { } client && !IsSafe(client.TokenEndpoint))
            faults.Add(new("tokenEndpoint", "An https address without name and password in it."));
        if (settings.SignIn != MailSignIn.None && !settings.SecretEntered && !keepsSecret)
            faults.Add(new(settings.SignIn == MailSignIn.Password ? "mailPassword" : "clientSecret", "Enter it: a stored one is only ever used for the server and account that it was entered for."));
        return faults.Count > 0 ? Refusal.Malformed(faults.ToImmutable()) : null;
    }

    private static bool IsSafe(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && ThisMachine.Contains(uri.Host)));
}
