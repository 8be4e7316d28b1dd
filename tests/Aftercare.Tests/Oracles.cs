using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Aftercare.Tests;

/// <summary>
/// Runs a script of <c>tests/oracles</c> under Node: an implementation that is not ours and judges what ours says.
/// </summary>
internal static class Oracles
{
    private static readonly ConcurrentDictionary<string, Resident> Residents = [];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    // The machine's locale must not decide what a script reads.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private static string Folder { get; } = Path.Combine(Shared.Repository, "tests", "oracles");

    public sealed record Verdict(int ExitCode, string Output, string Error);

    /// <summary>
    /// Runs <c>tests/oracles/<paramref name="script"/></c> and waits at most 180 seconds. Without node or the installed packages the calling
    /// test is skipped, or fails where <c>CI=true</c>. A non-zero exit code is a verdict, not an exception.
    /// </summary>
    /// <exception cref="TimeoutException">The script did not end; it was killed.</exception>
    public static async Task<Verdict> Run(string script, string[]? args = null, string? stdin = null)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            Need.Missing("the oracles are not installed: run 'npm ci' in tests/oracles");
        }
        using var node = Start(script, args ?? []);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await Talk(node, stdin ?? "", patience.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"tests/oracles/{script} did not end within {Patience.TotalSeconds} s.");
        }
        finally
        {
            node.Kill(entireProcessTree: true);
        }
    }

    /// <summary>
    /// One line to a script that answers line by line, and its line in return. The script is started by the first question of the test run and
    /// ends with it. Missing tools are told as by <see cref="Run"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The script ended instead of answering.</exception>
    public static Task<string> Ask(string script, string line)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            Need.Missing("the oracles are not installed: run 'npm ci' in tests/oracles");
        }
        return Residents.GetOrAdd(script, name => new Resident(name)).Answer(line, TestContext.Current.CancellationToken);
    }

    /// <summary>The faults that the validator of CSAF documents finds, each as <c>test at path: message</c>; empty when there is none.</summary>
    public static async Task<string[]> CsafFaults(byte[] document)
    {
        var faults = JsonNode.Parse(await Ask("csaf.mjs", JsonNode.Parse(document)!.ToJsonString()))!.AsArray();
        return [.. faults.Select(fault => $"{fault!["test"]} at {fault["instancePath"]}: {fault["message"]}")];
    }

    private static Process Start(string script, string[] args)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Folder, script), .. args])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Need.Missing("node is not installed");
            throw;
        }
    }

    // Its input closes when the test run ends, however that ends, and the script with it.
    private sealed class Resident(string script) : IDisposable
    {
        private readonly SemaphoreSlim _oneQuestion = new(1);
        private Process? _node;

        public void Dispose()
        {
            _oneQuestion.Dispose();
            _node?.Dispose();
        }

        public async Task<string> Answer(string line, CancellationToken cancel)
        {
            await _oneQuestion.WaitAsync(cancel);
            try
            {
                _node ??= Start(script, []);
                await _node.StandardInput.WriteLineAsync(line.AsMemory(), cancel);
                await _node.StandardInput.FlushAsync(cancel);
                return await _node.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask().WaitAsync(Patience, cancel)
                    ?? throw new InvalidOperationException($"tests/oracles/{script} ended: {await _node.StandardError.ReadToEndAsync(cancel)}");
            }
            finally
            {
                _oneQuestion.Release();
            }
        }
    }

    // Both outputs are read while the input is written: a script that answers before it has read everything would else block both sides.
    private static async Task<Verdict> Talk(Process node, string stdin, CancellationToken cancel)
    {
        var output = node.StandardOutput.ReadToEndAsync(cancel);
        var error = node.StandardError.ReadToEndAsync(cancel);
        try
        {
            await node.StandardInput.WriteAsync(stdin.AsMemory(), cancel);
            node.StandardInput.Close();
        }
        catch (IOException)
        {
            // The script ended without reading its input; its exit code and words tell more than the broken pipe.
        }
        await node.WaitForExitAsync(cancel);
        return new Verdict(node.ExitCode, await output, await error);
    }
}
