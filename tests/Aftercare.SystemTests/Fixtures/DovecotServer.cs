using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Aftercare.Channels.Mail;
using Aftercare.Tests;
using Xunit;

namespace Aftercare.SystemTests.Fixtures;

/// <summary>
/// A Postfix that asks a throw-away Dovecot who may send, by <see cref="Password"/> or by <see cref="Token"/>, and hands it every mail by LMTP. Without a
/// sign-in it takes nothing. Take it as a class fixture.
/// </summary>
public sealed class DovecotServer : IAsyncLifetime
{
    private const string Program = "/usr/sbin/dovecot", Lmtp = "/usr/lib/dovecot/lmtp", Nobody = "65534";

    // Short, because it listens on sockets below it and their paths are limited.
    private readonly string _root = Directory.CreateTempSubdirectory("dc").FullName;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly MailServer _postfix;
    private Process? _master;
    private string? _missing;

    public DovecotServer() => _postfix = new($"""
        smtpd_sasl_auth_enable = yes
        smtpd_sasl_type = dovecot
        smtpd_sasl_path = {_root}/run/may-send
        smtpd_tls_auth_only = yes
        smtpd_client_restrictions = permit_sasl_authenticated, reject
        virtual_transport = lmtp:unix:{_root}/run/lmtp
        """);

    /// <summary>Of everybody.</summary>
    public string Password { get; } = RandomNumberGenerator.GetHexString(16);

    /// <summary>How to hand mail to it, but for the credentials. Without a server the calling test is skipped, or fails where <c>CI=true</c>.</summary>
    public SubmissionOptions Options
    {
        get
        {
            if (_missing is not null)
                Need.Missing(_missing);
            return _postfix.Options;
        }
    }

    public async ValueTask InitializeAsync()
    {
        _missing = !File.Exists(Program) || !File.Exists(Lmtp) ? "dovecot with LMTP is not installed"
            : !Environment.IsPrivilegedProcess ? "dovecot only starts as root"
            : !(await MailServer.Run(Program, "--version")).StartsWith("2.3.", StringComparison.Ordinal) ? "this dovecot reads another configuration than that of 2.3"
            : null;
        if (_missing is not null)
            return;
        await WriteConfiguration();
        _master = Process.Start(new ProcessStartInfo(Program, ["-F", "-c", Configuration]))!;
        await _postfix.InitializeAsync();
        await _postfix.Until("Dovecot listens", () => Task.FromResult(File.Exists(Path.Combine(_root, "run", "lmtp"))));
    }

    public async ValueTask DisposeAsync()
    {
        await _postfix.DisposeAsync();
        if (_master is not null)
        {
            // Asked politely it ends its children too, and the folder can go.
            await MailServer.Run("kill", $"{_master.Id}");
            await _master.WaitForExitAsync();
            _master.Dispose();
        }
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>An access token as an identity provider signs it (RFC 7519, HS256).</summary>
    public string Token(string user, DateTimeOffset until)
    {
        var signed = Part(new { alg = "HS256", typ = "JWT" }) + "." + Part(new { iss = "https://login.example", sub = "1", email = user, exp = until.ToUnixTimeSeconds() });
        return signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(_key, System.Text.Encoding.ASCII.GetBytes(signed)));

        static string Part(object claims) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims));
    }

    /// <summary>The only mail of a mailbox once it is there, as Dovecot reads it.</summary>
    /// <param name="fields">In the words of <c>doveadm fetch</c>, e.g. <c>imap.envelope</c>.</param>
    public async Task<Dictionary<string, string>> Read(string mailbox, params string[] fields)
    {
        Dictionary<string, string>[] mails = [];
        await _postfix.Until($"a mail is in {mailbox}", async () =>
        {
            mails = JsonSerializer.Deserialize<Dictionary<string, string>[]>(await MailServer.Run("doveadm", "-c", Configuration, "-f", "json", "fetch", "-u", mailbox, string.Join(' ', fields), "ALL"))!;
            return mails.Length > 0;
        });
        return Assert.Single(mails);
    }

    private string Configuration => Path.Combine(_root, "dovecot.conf");

    private async Task WriteConfiguration()
    {
        var (keys, mail) = (Path.Combine(_root, "keys", "default", "HS256"), Path.Combine(_root, "mail"));
        Directory.CreateDirectory(keys);
        Directory.CreateDirectory(mail);
        // Its own daemons and Postfix's are other users and must come in.
        await MailServer.Run("chmod", "711", _root);
        await MailServer.Run("chown", Nobody, mail);
        await File.WriteAllTextAsync(Path.Combine(keys, "default"), Convert.ToBase64String(_key));
        await File.WriteAllTextAsync(Path.Combine(_root, "tokens.conf"), $"""
            introspection_mode = local
            local_validation_key_dict = fs:posix:prefix={_root}/keys/
            issuers = https://login.example
            username_attribute = email

            """);
        // A failure is answered at once: neither the delay nor the penalty of an address that failed before has anything to say here.
        await File.WriteAllTextAsync(Configuration, $$"""
            base_dir = {{_root}}/run
            state_dir = {{_root}}/run
            log_path = {{_postfix.Log}}
            protocols = lmtp
            ssl = no
            auth_mechanisms = plain xoauth2
            auth_failure_delay = 0
            mail_location = maildir:{{mail}}/%u
            first_valid_uid = 1
            passdb {
              driver = static
              mechanisms = plain
              args = password={{Password}}
            }
            passdb {
              driver = oauth2
              mechanisms = xoauth2
              args = {{_root}}/tokens.conf
            }
            userdb {
              driver = static
              args = uid={{Nobody}} gid={{Nobody}} allow_all_users=yes
            }
            service anvil {
              unix_listener anvil-auth-penalty {
                mode = 0
              }
            }
            service auth {
              unix_listener may-send {
                mode = 0666
              }
            }

            """);
    }
}
