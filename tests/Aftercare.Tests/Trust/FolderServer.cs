using System.Net;
using System.Net.Sockets;

namespace Aftercare.Tests.Trust;

/// <summary>A web server for one folder on the loopback address, with byte ranges.</summary>
internal sealed class FolderServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _folder;
    private readonly Task _serving;

    internal FolderServer(string folder)
    {
        _folder = folder;
        Address = $"http://127.0.0.1:{FreePort()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _serving = Serve();
    }

    internal string Address { get; }

    /// <summary>The <c>Range</c> header of every request, or an empty text.</summary>
    internal List<string> Ranges { get; } = [];

    /// <summary>Answer 503 to everything.</summary>
    internal bool Broken { get; init; }

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
    }

    private async Task Serve()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                Answer(context);
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var response = context.Response;
        var path = Path.Combine(_folder, Uri.UnescapeDataString(context.Request.Url!.AbsolutePath).TrimStart('/'));
        var range = context.Request.Headers["Range"] ?? "";
        Ranges.Add(range);
        if (Broken || !File.Exists(path))
        {
            response.StatusCode = Broken ? 503 : 404;
            return;
        }
        var bytes = File.ReadAllBytes(path);
        var from = range.Length == 0 ? 0 : int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
        response.StatusCode = from == 0 ? 200 : from < bytes.Length ? 206 : 416;
        if (from > 0)
            response.AddHeader("Content-Range", $"bytes {from}-{bytes.Length - 1}/{bytes.Length}");
        response.ContentLength64 = Math.Max(0, bytes.Length - from);
        response.OutputStream.Write(bytes.AsSpan(Math.Min(from, bytes.Length)));
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
