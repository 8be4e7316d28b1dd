using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Aftercare.Channels.Mail;

namespace Aftercare.Tests.Channels.Mail;

/// <summary>The attack: somebody who answers on the port of a mail server and says what the test has him say.</summary>
internal sealed class ScriptedPeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _playing;
    private Stream _stream = Stream.Null;

    internal ScriptedPeer(Func<ScriptedPeer, Task> script)
    {
        _listener.Start();
        Options = new()
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            Security = MailSecurity.None,
            TrustedRoots = [Certificates.Authority],
        };
        _playing = Play(script);
    }

    internal SubmissionOptions Options { get; }

    /// <summary>Every line that came.</summary>
    internal List<string> Heard { get; } = [];

    public void Dispose()
    {
        _listener.Dispose();
        _playing.Wait(TimeSpan.FromSeconds(10));
    }

    internal async Task Say(string text)
    {
        await _stream.WriteAsync(Encoding.Latin1.GetBytes(text));
        await _stream.FlushAsync();
    }

    /// <summary>One line. When the client has gone, the script ends here.</summary>
    internal async Task<string> Hear()
    {
        var line = new StringBuilder();
        var one = new byte[1];
        do
        {
            await _stream.ReadExactlyAsync(one);
            line.Append((char)one[0]);
        }
        while (one[0] != '\n');
        Heard.Add(line.ToString().TrimEnd('\r', '\n'));
        return Heard[^1];
    }

    /// <summary>Hears lines and answers each with the next of these.</summary>
    internal async Task Answer(params string[] answers)
    {
        foreach (var answer in answers)
        {
            await Hear();
            await Say(answer);
        }
    }

    /// <summary>Greeting, EHLO, sender, recipient, DATA and the message with its final dot.</summary>
    internal async Task TakeMessage()
    {
        await Say("220 hello\r\n");
        await Answer("250 hello\r\n", "250 sender\r\n", "250 recipient\r\n", "354 go on\r\n");
        while (await Hear() is not ".")
        {
        }
    }

    internal async Task Encrypt(X509Certificate2 certificate)
    {
        var tls = new SslStream(_stream);
        _stream = tls;
        await tls.AuthenticateAsServerAsync(certificate);
    }

    private async Task Play(Func<ScriptedPeer, Task> script)
    {
        try
        {
            using var client = await _listener.AcceptTcpClientAsync();
            _stream = client.GetStream();
            await script(this);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client turned away, as it should.
        }
    }
}
