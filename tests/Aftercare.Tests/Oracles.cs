using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Xunit;

namespace Aftercare.Tests;

/// <summary>
/// Runs a script of <c>tests/oracles</c> under Node: an implementation that is not ours and judges what ours says.
/// </summary>
internal static class Oracles
{
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
