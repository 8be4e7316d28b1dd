using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Aftercare.Channels.Mail;
using Aftercare.Tests;
using Aftercare.Tests.Channels.Mail;
using Xunit;

namespace Aftercare.SystemTests.Fixtures;

/// <summary>
/// A throw-away Postfix on a free port of the loopback address, with STARTTLS and two mailboxes: <c>anna@example.org</c> and
/// <c>desk@example.org</c>, with whatever stands behind a plus. <c>refused@example.org</c> is refused at the door; mail for anybody else at example.org is
/// taken and bounces. Take it as a class fixture.
/// </summary>
public sealed class MailServer : IAsyncLifetime
{
    private const string Programs = "/usr/sbin", Daemons = "/usr/lib/postfix/sbin", Nobody = "65534";
    private const string Queues = "active bounce corrupt defer deferred flush hold incoming maildrop private public saved trace";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // Short, because Postfix listens on sockets below it and their paths are limited.
    private readonly string _root = Directory.CreateTempSubdirectory("mx").FullName;
    private readonly int _port = FreePort();
    private readonly string _settings;
    private Process? _master;
    private string? _missing;

    public MailServer() : this("")
    {
    }

    /// <param name="settings">More lines of <c>main.cf</c>, none of which stands there already.</param>
    internal MailServer(string settings) => _settings = settings;

    /// <summary>Mail for it goes to whom the file <c>aliases</c> in <see cref="Etc"/> names.</summary>
    public const string OwnDomain = "bounces.example";

    /// <summary>Its configuration.</summary>
    public string Etc => Path.Combine(_root, "etc");

    /// <summary>What went on, for whoever waits in vain.</summary>
    internal string Log => Path.Combine(_root, "mail.log");

    /// <summary>How to hand mail to it. Without a server the calling test is skipped, or fails where <c>CI=true</c>.</summary>
    public SubmissionOptions Options
    {
        get
        {
            if (_missing is not null)
                Need.Missing(_missing);
            return new() { Host = "127.0.0.1", Port = _port, Security = MailSecurity.StartTls, TrustedRoots = [Certificates.Authority] };
        }
    }

    public async ValueTask InitializeAsync()
    {
        _missing = !File.Exists(Path.Combine(Daemons, "master")) ? "postfix is not installed"
            : !Environment.IsPrivilegedProcess ? "postfix only starts as root"
            : null;
        if (_missing is not null)
            return;
        await WriteConfiguration();
        _master = Process.Start(new ProcessStartInfo(Path.Combine(Daemons, "master"), ["-c", Etc]))!;
        await Until("it listens", async () =>
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(IPAddress.Loopback, _port);
            return true;
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_master is not null)
        {
            // Asked politely it ends its children too, and the folder can go.
            await Run("kill", $"{_master.Id}");
            await _master.WaitForExitAsync();
            _master.Dispose();
        }
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>The mails in a mailbox, oldest first, once there are that many.</summary>
    public async Task<byte[][]> Mails(string mailbox, int atLeast)
    {
        var folder = Path.Combine(_root, "mail", mailbox, "new");
        await Until($"{atLeast} mails are in {mailbox}", () => Task.FromResult(Files().Length >= atLeast));
        return [.. Files().OrderBy(File.GetLastWriteTimeUtc).Select(File.ReadAllBytes)];

        // Made with the first mail.
        string[] Files() => Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
    }

    private async Task WriteConfiguration()
    {
        // The folders that "postfix check" makes; as a shell script that starts a hundred programs it takes longer than all the rest.
        string[] theirs = [.. Queues.Split(' ').Select(queue => Path.Combine(_root, "spool", queue)), Path.Combine(_root, "data")];
        foreach (var folder in (string[])[.. theirs, Path.Combine(_root, "spool", "pid"), Etc, Path.Combine(_root, "mail")])
            Directory.CreateDirectory(folder);
        // Its daemons are other users and must come in.
        await Run("chmod", "711", _root);
        await Run("chown", ["postfix:postdrop", .. theirs]);
        await Run("chown", Nobody, Path.Combine(_root, "mail"));
        await File.WriteAllTextAsync(Path.Combine(Etc, "tls.pem"), Certificates.KeyPem(Certificates.Loopback) + "\n" + Certificates.Loopback.ExportCertificatePem() + "\n");
        await File.WriteAllTextAsync(Path.Combine(Etc, "main.cf"), $$"""
            compatibility_level = 3.6
            queue_directory = {{_root}}/spool
            data_directory = {{_root}}/data
            command_directory = {{Programs}}
            daemon_directory = {{Daemons}}
            maillog_file = {{Log}}
            maillog_file_prefixes = {{_root}}
            myhostname = mail.example
            mydestination = {{OwnDomain}}
            alias_maps = hash:{{Etc}}/aliases
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            mynetworks = 127.0.0.0/8
            smtpd_tls_security_level = encrypt
            smtpd_tls_chain_files = {{Etc}}/tls.pem
            smtpd_reject_unlisted_recipient = no
            smtpd_recipient_restrictions = check_recipient_access inline:{ {refused@example.org = REJECT nobody of this name} }, permit_mynetworks, reject
            recipient_delimiter = +
            virtual_mailbox_domains = example.org
            virtual_mailbox_base = {{_root}}/mail
            virtual_mailbox_maps = inline:{ anna@example.org=anna/ desk@example.org=desk/ }
            virtual_uid_maps = static:{{Nobody}}
            virtual_gid_maps = static:{{Nobody}}
            {{_settings}}

            """);
        await File.WriteAllTextAsync(Path.Combine(Etc, "aliases"), "");
        await Run(Path.Combine(Programs, "postalias"), "-c", Etc, Path.Combine(Etc, "aliases"));
        // The services that it needs for this, none of them in a chroot of its own.
        await File.WriteAllTextAsync(Path.Combine(Etc, "master.cf"), $"""
            127.0.0.1:{_port} inet n - n - - smtpd
            anvil     unix - - n - 1 anvil
            bounce    unix - - n - 0 bounce
            cleanup   unix n - n - 0 cleanup
            defer     unix - - n - 0 bounce
            error     unix - - n - - error
            lmtp      unix - - n - - lmtp
            local     unix - n n - - local
            postlog   unix-dgram n - n - 1 postlogd
            proxymap  unix - - n - - proxymap
            qmgr      unix n - n 300 1 qmgr
            retry     unix - - n - - error
            rewrite   unix - - n - - trivial-rewrite
            tlsmgr    unix - - n 1000? 1 tlsmgr
            trace     unix - - n - 0 bounce
            virtual   unix - n n - - virtual

            """);
    }

    /// <returns>What it says on standard output.</returns>
    internal static async Task<string> Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await error}");
        return await output;
    }

    internal async Task Until(string what, Func<Task<bool>> isSo)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(10))
        {
            try
            {
                if (await isSo())
                    return;
            }
            catch (SocketException)
            {
            }
            Assert.True(waited.Elapsed < Patience, $"Too long before {what}:\n{(File.Exists(Log) ? await File.ReadAllTextAsync(Log) : "(no log)")}");
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
