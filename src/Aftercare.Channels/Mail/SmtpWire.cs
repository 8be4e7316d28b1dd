using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Aftercare.Channels.Mail;

/// <summary>Lines to and from a server that is not trusted: every wait is bounded, and so is everything that it may say.</summary>
internal sealed class SmtpWire : IAsyncDisposable
{
    private const int LongestLine = 2048, MostLines = 100, LongestShown = 500;

    private readonly Socket _socket;
    private readonly byte[] _unread = new byte[4096];
    private Stream _stream;
    private int _start, _end;

    private SmtpWire(Socket socket) => (_socket, _stream) = (socket, new NetworkStream(socket, ownsSocket: true));

    internal IPAddress Ours => ((IPEndPoint)_socket.LocalEndPoint!).Address;

    internal IPAddress Theirs => ((IPEndPoint)_socket.RemoteEndPoint!).Address;

    internal static async Task<SmtpWire> Connect(string host, int port, TimeSpan patience, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await Within(patience, "connecting", async cancel => await socket.ConnectAsync(host, port, cancel), stop);
            return new SmtpWire(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What was said before the handshake was said by anybody: it refuses the server (RFC 3207 §4.2, CVE-2011-0411).</summary>
    internal async Task Encrypt(string host, ImmutableArray<X509Certificate2> roots, TimeSpan patience, CancellationToken stop)
    {
        if (_start != _end)
            throw new SmtpFailure(SubmissionTrouble.Insecure, "The server, or somebody between, sent more than its answer before TLS began.");
        var tls = new SslStream(_stream);
        _stream = tls;
        var options = new SslClientAuthenticationOptions { TargetHost = host, AllowRenegotiation = false };
        if (!roots.IsEmpty)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots.ToArray());
        }
        await Within(patience, "TLS", cancel => tls.AuthenticateAsClientAsync(options, cancel), stop);
    }

    internal Task Send(ReadOnlyMemory<byte> bytes, TimeSpan patience, string phase, CancellationToken stop) =>
        Within(patience, phase, async cancel =>
        {
            await _stream.WriteAsync(bytes, cancel);
            await _stream.FlushAsync(cancel);
        }, stop);

    internal async Task<SmtpReply> Reply(TimeSpan patience, string phase, CancellationToken stop)
    {
        SmtpReply? reply = null;
        await Within(patience, phase, async cancel => reply = await Reply(cancel), stop);
        return reply!;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<SmtpReply> Reply(CancellationToken cancel)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        var first = 0;
        while (true)
        {
            var line = await Line(cancel);
            _ = int.TryParse(line.AsSpan(0, Math.Min(3, line.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var code);
            if (code is < 200 or > 599 || lines.Count > 0 && code != first || line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-'))
                throw new SmtpFailure(SubmissionTrouble.Protocol, "The server's answer is not one of SMTP.");
            first = code;
            lines.Add(line.Length > 4 ? MailText.Shown(line.AsSpan(4), LongestShown) : "");
            if (line.Length == 3 || line[3] == ' ')
                return new SmtpReply(code, lines.ToImmutable());
            if (lines.Count == MostLines)
                throw new SmtpFailure(SubmissionTrouble.Protocol, $"The server's answer has more than {MostLines} lines.");
        }
    }

    private async Task<byte[]> Line(CancellationToken cancel)
    {
        var line = new MemoryStream();
        while (true)
        {
            if (_start == _end)
                await Fill(cancel);
            var end = Array.IndexOf(_unread, (byte)'\n', _start, _end - _start);
            var length = (end < 0 ? _end : end) - _start;
            if (line.Length + length > LongestLine)
                throw new SmtpFailure(SubmissionTrouble.Protocol, $"The server's answer has a line of more than {LongestLine} bytes.");
            line.Write(_unread, _start, length);
            _start = end < 0 ? _end : end + 1;
            if (end >= 0)
                return line.ToArray().AsSpan().TrimEnd((byte)'\r').ToArray();
        }
    }

    private async Task Fill(CancellationToken cancel)
    {
        (_start, _end) = (0, await _stream.ReadAsync(_unread, cancel));
        if (_end == 0)
            throw new IOException("the server closed the connection");
    }

    private static async Task Within(TimeSpan patience, string phase, Func<CancellationToken, Task> work, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        try
        {
            await work(limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new SmtpFailure(SubmissionTrouble.TimedOut, $"Waited {patience.TotalSeconds:0.#} s for the server ({phase}).");
        }
        catch (AuthenticationException e)
        {
            throw new SmtpFailure(SubmissionTrouble.Insecure, $"The server did not prove who it is ({phase}): {e.Message}");
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            stop.ThrowIfCancellationRequested();
            throw new SmtpFailure(SubmissionTrouble.Unreachable, $"The connection failed ({phase}): {e.Message}");
        }
    }
}
