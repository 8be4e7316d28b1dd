using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Aftercare.Channels.Mail;

/// <summary>How the way to the server is protected.</summary>
public enum MailSecurity
{
    /// <summary>TLS from the first byte (RFC 8314), usually port 465.</summary>
    ImplicitTls,

    /// <summary>TLS after STARTTLS (RFC 3207), usually port 587. A server that does not offer it gets nothing.</summary>
    StartTls,

    /// <summary>Readable on the wire: only to this machine itself, and never with credentials.</summary>
    None,
}

/// <summary>The server that takes mail from us, and how we come to it.</summary>
public sealed record SubmissionOptions
{
    /// <value>A name or an address; the server's certificate must be for it.</value>
    public required string Host { get; init; }

    public required int Port { get; init; }

    public MailSecurity Security { get; init; } = MailSecurity.ImplicitTls;

    /// <value>Default null: submit without authentication.</value>
    public SubmissionCredentials? Credentials { get; init; }

    /// <value>How we introduce ourselves: a host name. Default null: the address of our end of the connection.</value>
    public string? EhloName { get; init; }

    /// <value>The roots that the server's certificate must come from, for a private authority. Default empty: those of the machine.</value>
    public ImmutableArray<X509Certificate2> TrustedRoots { get; init; } = [];

    public SubmissionTimeouts Timeouts { get; init; } = new();

    /// <exception cref="ArgumentException">The options contradict each other, or would be unsafe.</exception>
    internal void Check()
    {
        if (string.IsNullOrWhiteSpace(Host) || Host.Any(char.IsControl))
            throw new ArgumentException("The mail server's host is missing or is not a name.");
        if (Port is < 1 or > IPEndPoint.MaxPort)
            throw new ArgumentException("The mail server's port is not between 1 and 65535.");
        if (EhloName is { } name && EmailAddress.AsciiDomain(name) != name)
            throw new ArgumentException("The name for EHLO is not a host name in lower-case ASCII.");
        if (Security == MailSecurity.None && Credentials is not null)
            throw new ArgumentException("Credentials are only sent over TLS: choose ImplicitTls or StartTls.");
        if (Security == MailSecurity.None && Host != "localhost" && !(IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address)))
            throw new ArgumentException("Mail without TLS only goes to this machine: name localhost or a loopback address.");
    }
}

/// <summary>How long each phase may take; together they bound a submission.</summary>
public sealed record SubmissionTimeouts
{
    /// <value>Name resolution and connection, then TLS. Default 30 seconds each.</value>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>The greeting. Default 2 minutes: some servers let strangers wait.</value>
    public TimeSpan Greeting { get; init; } = TimeSpan.FromMinutes(2);

    /// <value>From a command to the end of its answer. Default 1 minute.</value>
    public TimeSpan Command { get; init; } = TimeSpan.FromMinutes(1);

    /// <value>For every 64 KiB of the message. Default 3 minutes (RFC 5321 §4.5.3.2.5).</value>
    public TimeSpan Block { get; init; } = TimeSpan.FromMinutes(3);

    /// <value>From the final dot to the end of the answer. Default 10 minutes (RFC 5321 §4.5.3.2.6): giving up too early delivers twice.</value>
    public TimeSpan FinalDot { get; init; } = TimeSpan.FromMinutes(10);
}
