using System.Diagnostics;

namespace Aftercare.SystemTests;

/// <summary>The command <c>aftercare</c>, run as people run it: a process of its own.</summary>
internal static class Command
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <param name="Output">Standard output, then standard error.</param>
    internal sealed record Result(int ExitCode, string Output)
    {
        public Result Is(int code)
        {
            Xunit.Assert.True(ExitCode == code, $"aftercare answered {ExitCode}, not {code}: {Output}");
            return this;
        }

        public Result Says(string text)
        {
            Xunit.Assert.True(Output.Contains(text, StringComparison.Ordinal), $"aftercare does not say '{text}': {Output}");
            return this;
        }
    }

    /// <summary>Runs it to its end, with an empty standard input.</summary>
    internal static async Task<Result> Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "aftercare.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new Result(process.ExitCode, await output + await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
