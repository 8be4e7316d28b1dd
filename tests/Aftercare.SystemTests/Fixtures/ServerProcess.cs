using System.Collections.Concurrent;
using System.Diagnostics;
using Aftercare.Server.Platform.Storage;
using Xunit;

namespace Aftercare.SystemTests.Fixtures;

/// <summary>The real program in a process of its own: it can be killed, traced and called with a command.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = [];

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Said => string.Join('\n', _said);

    /// <param name="tracer">A program with arguments that runs the server as its child; empty for none.</param>
    public static ServerProcess Start(DataFolder data, string? postgres, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? environment = null, params string[] tracer)
    {
        var here = AppContext.BaseDirectory;
        // With the tests' own dependencies, so that a hosting startup of theirs can be loaded.
        string[] line =
        [
            .. tracer, Dotnet(), "exec", "--depsfile", Path.Combine(here, "Aftercare.SystemTests.deps.json"), "--runtimeconfig", Path.Combine(here, "Aftercare.SystemTests.runtimeconfig.json"),
            Path.Combine(here, "aftercare-server.dll"), .. arguments,
        ];
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["AFTERCARE_DATA"] = data.Root;
        start.Environment["AFTERCARE_POSTGRES"] = postgres;
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        return new ServerProcess(Process.Start(start)!);
    }

    /// <summary>What somebody types into a shell in that folder.</summary>
    public static ServerProcess Typed(string folder, string line, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var start = new ProcessStartInfo("bash", ["-c", line]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ServerProcess(Process.Start(start)!);
    }

    /// <summary>Waits until something is so.</summary>
    public async Task Until(string what, Func<bool> isSo)
    {
        for (var waited = Stopwatch.StartNew(); !isSo(); await Task.Delay(20))
            if (waited.Elapsed > Patience || _process.HasExited)
                Assert.Fail($"{(_process.HasExited ? "The server ended" : "Too long")} before {what}:\n{Said}");
    }

    public Task UntilItServes() => Until("it said where it is", () => Said.Contains("Aftercare is at", StringComparison.Ordinal));

    /// <summary>As if the power had gone: nothing is flushed, no handler runs.</summary>
    public async Task Kill()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async Task<int> Ends()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await Kill();
        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is not null)
            _said.Enqueue(line);
    }

    private static string Dotnet() => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "dotnet"));
}
