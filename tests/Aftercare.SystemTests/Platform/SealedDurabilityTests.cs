using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Aftercare.SystemTests.Platform;

/// <summary>Asks the kernel, not the code, in which order a blob became durable.</summary>
public sealed partial class SealedDurabilityTests : IDisposable
{
    private const string Strace = "/usr/bin/strace";

    private readonly SealedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_saved_blob_is_flushed_then_renamed_then_its_folder_is_flushed()
    {
        RequireStrace();
        var calls = await TraceOneSave();

        var rename = calls.FindIndex(call => call.StartsWith("rename", StringComparison.Ordinal) && BlobPath().IsMatch(call));
        Assert.True(rename > 0, $"no rename of a temporary blob in:\n{string.Join('\n', calls)}");
        var blob = BlobPath().Match(calls[rename]);
        var folder = Path.GetDirectoryName(blob.Value)!;

        Assert.Contains(calls.Take(rename), call => Flushes(call, blob.Value + ".tmp"));
        Assert.Contains(calls.Take(rename), call => Flushes(call, Path.GetDirectoryName(folder)!));
        Assert.Contains(calls.Skip(rename + 1), call => Flushes(call, folder));
    }

    private static bool Flushes(string call, string path) => Regex.IsMatch(call, $@"^(fsync|fdatasync)\(\d+<{Regex.Escape(path)}>\) += 0");

    /// <summary>Runs the ordinary test that saves a blob once more, as a child of strace.</summary>
    private async Task<List<string>> TraceOneSave()
    {
        var stop = TestContext.Current.CancellationToken;
        var trace = Path.Combine(_folder.Path, "trace");
        var start = new ProcessStartInfo(Strace) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "-f", "-qq", "-y", "-e", "trace=fsync,fdatasync,rename,renameat,renameat2", "-e", "signal=none", "-o", trace,
            DotnetHost(), typeof(SealedDurabilityTests).Assembly.Location,
            "--filter-method", $"*.{nameof(SealedBlobFilesTests)}.{nameof(SealedBlobFilesTests.A_saved_blob_reads_back_also_after_a_restart)}",
            "--results-directory", _folder.Path,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEndAsync(stop);
        var output = await child.StandardOutput.ReadToEndAsync(stop);
        await child.WaitForExitAsync(stop);
        Assert.True(child.ExitCode == 0, $"the traced run failed:\n{output}\n{await errors}");
        return Fixtures.Strace.Calls(await File.ReadAllLinesAsync(trace, stop));
    }

    private static string DotnetHost() =>
        Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "dotnet");

    private static void RequireStrace()
    {
        if (File.Exists(Strace))
            return;
        Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", "strace is not installed");
        Assert.Fail("strace is not installed");
    }

    [GeneratedRegex(@"[^""]+/[0-9a-f]{2}/[0-9a-f]{32}(?=\.tmp"")")]
    private static partial Regex BlobPath();
}
