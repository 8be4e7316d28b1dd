using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>One connection, from the greeting to QUIT.</summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly SmtpWire _wire;
    private readonly SubmissionOptions _options;
    private SmtpSecret? _secret;
    private ImmutableDictionary<string, string> _offers = ImmutableDictionary<string, string>.Empty;

    private SmtpSession(SmtpWire wire, SubmissionOptions options) => (_wire, _options) = (wire, options);

    /// <summary>Connected, protected as the options ask, and authenticated.</summary>
    internal static async Task<SmtpSession> Open(SubmissionOptions options, CancellationToken stop)
    {
        var secret = await SmtpSecret.Of(options.Credentials, stop);
        var wire = await SmtpWire.Connect(options.Host, options.Port, options.Timeouts.Connect, stop);
        var session = new SmtpSession(wire, options);
        try
        {
            await session.Begin(stop);
            if (secret is not null)
                await session.Authenticate(secret, stop);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    /// <summary>Hands the message over; what the server says about each recipient goes to <paramref name="delivery"/> as it is said.</summary>
    internal async Task Transfer(OutgoingMail mail, Delivery delivery, CancellationToken stop)
    {
        var from = await Command(MailFrom(mail, delivery.Envelope), "MAIL", stop);
        Expect(from, 2, "the sender");
        foreach (var recipient in delivery.Envelope.To)
        {
            var reply = await Command($"RCPT TO:<{recipient}>", "RCPT", stop);
            if (reply.Code == 421 || reply.Code / 100 == 3)
                throw Refused(reply, "the recipients");
            delivery.Answered(recipient, reply);
        }
        if (!delivery.AnybodyTaken)
            return;
        Expect(await Command("DATA", "DATA", stop), 3, "the message");
        foreach (var block in mail.Stuffed(64 * 1024))
            await Send(block, stop);
        delivery.FinalDotSent();
        await _wire.Send(".\r\n"u8.ToArray(), _options.Timeouts.Block, "the final dot", stop);
        delivery.Ended(await Reply(_options.Timeouts.FinalDot, "the final dot", stop));
    }

    /// <summary>Says goodbye. What became of the message is known by now, so nothing that goes wrong here matters.</summary>
    internal async Task Quit()
    {
        try
        {
            await _wire.Send("QUIT\r\n"u8.ToArray(), Farewell, "QUIT", CancellationToken.None);
            await _wire.Reply(Farewell, "QUIT", CancellationToken.None);
        }
        catch (SmtpFailure)
        {
        }
    }

    // A server that has had enough in the middle of a message says so, and then closes or no longer reads.
    private async Task Send(ReadOnlyMemory<byte> block, CancellationToken stop)
    {
        try
        {
            await _wire.Send(block, _options.Timeouts.Block, "the message", stop);
        }
        catch (SmtpFailure failure)
        {
            throw await LastWords(stop) is { } reply ? Refused(reply, "the message") : failure;
        }
    }

    private async Task<SmtpReply?> LastWords(CancellationToken stop)
    {
        try
        {
            return await Reply(_options.Timeouts.Command < Farewell ? _options.Timeouts.Command : Farewell, "the message", stop);
        }
        catch (SmtpFailure)
        {
            return null;
        }
    }

    private async Task Begin(CancellationToken stop)
    {
        if (_options.Security == MailSecurity.None && !IPAddress.IsLoopback(_wire.Theirs))
            throw new SmtpFailure(SubmissionTrouble.Insecure, "Mail without TLS only goes to this machine.");
        if (_options.Security == MailSecurity.ImplicitTls)
            await Encrypt(stop);
        Expect(await _wire.Reply(_options.Timeouts.Greeting, "the greeting", stop), 2, "the connection");
        await Hello(stop);
        if (_options.Security != MailSecurity.StartTls)
            return;
        if (!_offers.ContainsKey("STARTTLS"))
            throw new SmtpFailure(SubmissionTrouble.Insecure, "The server, or somebody between, does not offer STARTTLS; nothing was sent.");
        var ready = await Command("STARTTLS", "STARTTLS", stop);
        if (ready.Code != 220)
            throw new SmtpFailure(SubmissionTrouble.Insecure, "The server offers STARTTLS and then refuses it; nothing was sent.", ready);
        await Encrypt(stop);
        // What was offered in the clear was offered by anybody.
        await Hello(stop);
    }

    private Task Encrypt(CancellationToken stop) =>
        _wire.Encrypt(_options.Host, _options.TrustedRoots, _options.Timeouts.Connect, stop);

    private async Task Hello(CancellationToken stop)
    {
        var ours = _wire.Ours.IsIPv4MappedToIPv6 ? _wire.Ours.MapToIPv4() : _wire.Ours;
        var literal = ours.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{new IPAddress(ours.GetAddressBytes())}]" : $"[{ours}]";
        var reply = await Command($"EHLO {_options.EhloName ?? literal}", "EHLO", stop);
        Expect(reply, 2, "EHLO");
        var offers = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var line in reply.Lines.Skip(1))
        {
            var words = line.Split(' ', 2);
            offers[words[0].ToUpperInvariant()] = words.Length > 1 ? words[1] : "";
        }
        _offers = offers.ToImmutable();
    }

    private async Task Authenticate(SmtpSecret secret, CancellationToken stop)
    {
        var mechanisms = _offers.GetValueOrDefault("AUTH", "").ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (secret.Choose(mechanisms) is not { } lines)
        {
            throw new SmtpFailure(
                SubmissionTrouble.Credentials, $"The server does not take credentials of this kind: it has no AUTH {secret.Mechanisms}.");
        }
        _secret = secret;
        SmtpReply reply = null!;
        foreach (var line in lines)
        {
            reply = await Command(line, "AUTH", stop);
            if (reply.Code != 334)
                break;
        }
        if (reply.Code == 334)
            throw new SmtpFailure(SubmissionTrouble.Protocol, "The server asks on after everything that AUTH has to say.");
        if (!reply.IsPositive)
            throw new SmtpFailure(SubmissionTrouble.Credentials, $"The server did not take the credentials: {reply}", reply);
    }

    private string MailFrom(OutgoingMail mail, Envelope envelope)
    {
        var command = new StringBuilder($"MAIL FROM:<{envelope.From}>");
        if (_offers.TryGetValue("SIZE", out var size))
        {
            if (long.TryParse(size, out var most) && most > 0 && mail.Bytes.Length > most)
                throw Unsupported($"The message has {mail.Bytes.Length} bytes; the server takes {most}.");
            command.Append(" SIZE=").Append(mail.Bytes.Length);
        }
        if (envelope.NeedsSmtpUtf8 || mail.HasUtf8Header)
        {
            if (!_offers.ContainsKey("SMTPUTF8"))
                throw Unsupported("An address or a header is not ASCII, and the server does not take that (no SMTPUTF8).");
            command.Append(" SMTPUTF8");
        }
        if (mail.Is8Bit)
        {
            if (!_offers.ContainsKey("8BITMIME"))
                throw Unsupported("The message is not ASCII, and the server does not take that (no 8BITMIME).");
            command.Append(" BODY=8BITMIME");
        }
        return command.ToString();
    }

    private async Task<SmtpReply> Command(string line, string name, CancellationToken stop)
    {
        await _wire.Send(Encoding.UTF8.GetBytes(line + "\r\n"), _options.Timeouts.Command, name, stop);
        return await Reply(_options.Timeouts.Command, name, stop);
    }

    private async Task<SmtpReply> Reply(TimeSpan patience, string phase, CancellationToken stop)
    {
        var reply = await _wire.Reply(patience, phase, stop);
        return _secret?.Hidden(reply) ?? reply;
    }

    private static void Expect(SmtpReply reply, int kind, string what)
    {
        if (reply.Code / 100 != kind)
            throw Refused(reply, what);
    }

    private static SmtpFailure Refused(SmtpReply reply, string what) => reply.IsForNow || reply.IsForGood
        ? new(SubmissionTrouble.Refused, $"The server refused {what}: {reply}", reply)
        : new(SubmissionTrouble.Protocol, $"The server's answer about {what} is out of place: {reply}", reply);

    private static SmtpFailure Unsupported(string words) => new(SubmissionTrouble.Unsupported, words);
}
