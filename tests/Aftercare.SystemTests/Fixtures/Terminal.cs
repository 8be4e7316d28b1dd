using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Aftercare.SystemTests.Fixtures;

/// <summary>A shell that somebody types into: what one line defines or where it goes holds for the next.</summary>
internal sealed class Terminal : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _shell;

    private Terminal(Process shell) => _shell = shell;

    /// <summary>Everything temporary is made in here, and removed in the end.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("aftercare-terminal-").FullName;

    public static async Task<Terminal> Open(params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("bash", ["--norc"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var terminal = new Terminal(Process.Start(start)!);
        _ = await terminal.Run($"exec 2>&1; cd '{terminal.Folder}'; export TMPDIR='{terminal.Folder}'");
        return terminal;
    }

    /// <summary>Types the text as it stands.</summary>
    /// <returns>The exit code of its last command, and what all of them said.</returns>
    public async Task<(int Code, string Said)> Run(string text)
    {
        await _shell.StandardInput.WriteAsync($"{text}\nprintf '\\n<<%d>>\\n' $?\n");
        await _shell.StandardInput.FlushAsync();
        using var patience = new CancellationTokenSource(Patience);
        var said = new StringBuilder();
        while (await _shell.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (Regex.Match(line, @"^<<(\d+)>>$") is { Success: true } end)
                return (int.Parse(end.Groups[1].Value, null), said.ToString());
            said.AppendLine(line);
        }
        throw new InvalidOperationException($"The shell ended at '{text}': {said}");
    }

    /// <summary>As <see cref="Run"/>, and fails unless it ends so.</summary>
    public async Task<string> Ends(int code, string text)
    {
        var (ended, said) = await Run(text);
        Assert.True(ended == code, $"{text}\nended with {ended}, not {code}:\n{said}");
        return said;
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        if (!_shell.WaitForExit(TimeSpan.FromSeconds(5)))
            _shell.Kill(entireProcessTree: true);
        await _shell.WaitForExitAsync();
        _shell.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
