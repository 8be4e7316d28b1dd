using System.Security.Cryptography;
using Aftercare.Channels.Mail;
using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Mail;

/// <summary>By which server this installation sends mail. What is secret goes one way: it is sealed, and no page shows it again.</summary>
public static class SetUpMail
{
    internal sealed record Command(int Seen, MailSettingsEvent.Set Settings, MailSecret? Secret);

    /// <param name="Settings">Null: mail was never set up.</param>
    /// <param name="LastTest">The viewer's last test mail.</param>
    public sealed record Model(MailSettings? Settings, OrganisationRow Organisation, string? OwnAddress, SentMailRow? LastTest);

    /// <value>16 KiB of certificates.</value>
    private const int MaxAuthority = 16 * 1024;

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<MailPage, Model>(Face.Desk, "/mail", [Role.Administrator], (store, _, stop) => Load(store, stop));
        app.MapForm(new Change<Command>(Face.Desk, "/mail", [Role.Administrator], Parse, Handle));
    }

    private static async Task<Outcome<Model>> Load(Store store, CancellationToken stop)
    {
        var me = store.Viewer.Person ?? Guid.Empty;
        return new Model(
            await Mails.Settings(store, stop),
            await (await store.Rows<OrganisationRow>(stop)).SingleAsync(stop),
            (await store.ContactOf(me, stop))?.Email,
            await (await store.Rows<SentMailRow>(stop)).Where(row => row.Purpose == MailPurpose.Test && row.Whom == me).OrderByDescending(row => row.WrittenAt).FirstOrDefaultAsync(stop));
    }

    private static Command Parse(Fields fields)
    {
        var signIn = fields.OneOf<MailSignIn>("signIn");
        var (password, clientSecret, refreshToken) = (fields.TextOrNull("mailPassword", 1000), fields.TextOrNull("clientSecret", 1000), fields.TextOrNull("refreshToken", 8000));
        if (signIn == MailSignIn.Oauth && clientSecret is null != refreshToken is null)
            fields.Fault(clientSecret is null ? "clientSecret" : "refreshToken", "Enter both, or neither to keep them.");
        var secret = signIn switch
        {
            MailSignIn.Password when password is not null => new MailSecret(password, null, null),
            MailSignIn.Oauth when clientSecret is not null => new MailSecret(null, clientSecret, refreshToken),
            _ => null,
        };
        return new Command(fields.Seen(), new MailSettingsEvent.Set
        {
            Server = HostOf(fields),
            Port = fields.Number("port", 1, 65535),
            Protection = fields.OneOf<MailProtection>("protection"),
            SignIn = signIn,
            User = signIn == MailSignIn.None ? null : fields.TextOrNull("user", 320),
            OAuth = OAuthOf(fields, signIn),
            Authority = AuthorityOf(fields),
            SenderName = NameOf(fields),
            SenderAddress = AddressOf(fields, "senderAddress", needed: true)!,
            ReplyTo = AddressOf(fields, "replyTo"),
            BounceAddress = BouncesOf(fields),
            MostADay = fields.Number("mostADay", 1, 1000),
            DigestHour = fields.Number("digestHour", 0, 23),
            SecretEntered = secret is not null,
        }, secret);
    }

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        var before = await Mails.Settings(store, stop);
        if ((before?.Version ?? 0) != command.Seen)
            return Refusal.State("stale", "The settings have changed since you opened the page. Look again, then decide. Nothing was saved.");
        if ((before is null ? MailSettings.SetUp(command.Settings, store.Actor) : before.Change(command.Settings, store.Actor)).Refused(out var why, out var set))
            return why;
        // Of two that begin at once, the second is decided again.
        await store.Alone("mail-settings", stop);
        if (before is null && await Mails.Settings(store, stop) is not null)
            throw new LostRaceException();
        if (command.Secret is { } secret)
            await Mails.KeepSecret(store, secret, stop);
        else if (command.Settings.SignIn == MailSignIn.None)
            await Mails.DropSecret(store, stop);
        if (await Mails.KeyOf(store, stop) is null)
            await Mails.KeepKey(store, RandomNumberGenerator.GetBytes(32), stop);
        var id = before?.Id ?? Store.NewId();
        return await store.Record(new Done("/desk/mail", id), stop, before is null ? Change.Begin(id, set) : Change.To(before, set));
    }

    private static string HostOf(Fields fields)
    {
        var host = fields.Text("server", 253).ToLowerInvariant();
        if (host.Length > 0 && Uri.CheckHostName(host) == UriHostNameType.Unknown)
            fields.Fault("server", "A host name, e.g. smtp.example.com, without a port.");
        return host;
    }

    private static OAuthClient? OAuthOf(Fields fields, MailSignIn signIn)
    {
        var (endpoint, client) = (fields.TextOrNull("tokenEndpoint", 500), fields.TextOrNull("clientId", 300));
        return signIn == MailSignIn.Oauth && endpoint is not null && client is not null ? new OAuthClient(endpoint, client) : null;
    }

    private static string? AuthorityOf(Fields fields)
    {
        var pem = fields.TextOrNull("authority", MaxAuthority);
        if (pem is null)
            return null;
        if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
            fields.Fault("authority", "This holds a private key. Only certificates belong here.");
        if (MailDoor.CertificatesOf(pem) is not { } certificates)
            fields.Fault("authority", "1 to 10 certificates in PEM.");
        else
            foreach (var certificate in certificates)
                certificate.Dispose();
        return pem;
    }

    private static string NameOf(Fields fields)
    {
        var name = fields.Text("senderName", 100);
        if (name.Any(char.IsControl))
            fields.Fault("senderName", "One line of plain text.");
        return name;
    }

    private static string? BouncesOf(Fields fields)
    {
        var address = AddressOf(fields, "bounceAddress");
        if (address is not null && EmailAddress.TryParse(address, out var bounces) && (bounces.LocalPart.Length > ReturnTag.MaxLocalPart || bounces.NeedsSmtpUtf8))
            fields.Fault("bounceAddress", $"At most {ReturnTag.MaxLocalPart} plain letters before the @, since a tag is added.");
        return address;
    }

    private static string? AddressOf(Fields fields, string name, bool needed = false)
    {
        var text = needed ? fields.Text(name, 254) : fields.TextOrNull(name, 254);
        if (text is null or "")
            return text;
        if (EmailAddress.TryParse(text, out var address))
            return address.ToString();
        fields.Fault(name, "This is not an e-mail address.");
        return text;
    }
}
