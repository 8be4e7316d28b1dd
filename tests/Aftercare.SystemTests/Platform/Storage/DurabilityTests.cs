using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Xunit;

namespace Aftercare.SystemTests.Platform.Storage;

/// <summary>Asks the kernel, not the code: what was answered as recorded is on the disk.</summary>
public sealed partial class DurabilityTests
{
    [Fact]
    public async Task The_write_ahead_log_is_flushed_before_the_answer_leaves()
    {
        var root = Directory.CreateTempSubdirectory("aftercare-").FullName;
        var (trace, port) = (Path.Combine(root, "trace"), FreePort());
        var data = new DataFolder(Path.Combine(root, "data"));
        var address = new Uri($"http://127.0.0.1:{port}");
        await using (var server = ServerProcess.Start(data, null, [], new Dictionary<string, string> { ["AFTERCARE_URLS"] = address.ToString().TrimEnd('/') },
            Tools.Require("strace"), "-f", "-qq", "-y", "-s", "120", "-e", "trace=fsync,fdatasync,pwrite64,sendto,sendmsg,write", "-e", "signal=none", "-o", trace))
        {
            await server.Until("it gave its set-up link", () => SetUpLink().IsMatch(server.Said));
            using var visitor = new Visitor(address);
            var path = new Uri(SetUpLink().Match(server.Said).Value).AbsolutePath;
            var done = await visitor.Submit(path, path,
                ("organisation", "Acme Medical"), ("zone", "Europe/Berlin"), ("prefix", "ACME"), ("securityContact", "security@acme.test"),
                ("manufacturer", "Acme Medical GmbH"), ("country", "DE"), ("name", "Ada Admin"), ("email", "ada@acme.test"), ("newPassword", World.Password));
            done.Is(HttpStatusCode.OK);
        }

        var calls = Strace.Calls(await File.ReadAllLinesAsync(trace));
        var answer = calls.FindIndex(call => call.Contains("HTTP/1.1 303 See Other", StringComparison.Ordinal));
        Assert.True(answer > 0, "The trace has no answer to the form.");
        var written = calls.FindLastIndex(answer, call => call.StartsWith("pwrite64", StringComparison.Ordinal) && call.Contains("/aftercare.db-wal>", StringComparison.Ordinal));
        var flushed = calls.FindLastIndex(answer, call => Flush().IsMatch(call));
        Assert.True(written > 0 && flushed > written, $"Call {written} wrote to the write-ahead log, call {flushed} flushed it, call {answer} answered.");
        // One decision, one flush: the page before it flushed nothing.
        var asked = calls.FindLastIndex(answer, call => call.Contains("HTTP/1.1 200 OK", StringComparison.Ordinal));
        Assert.Equal(1, calls[asked..answer].Count(call => Flush().IsMatch(call)));
        Directory.Delete(root, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"http://\S+/set-up/\S+")]
    private static partial Regex SetUpLink();

    [GeneratedRegex(@"^f(data)?sync\(\d+<[^>]*/aftercare\.db-wal>\) += 0")]
    private static partial Regex Flush();
}
