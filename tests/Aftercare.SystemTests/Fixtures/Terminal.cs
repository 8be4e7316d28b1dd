using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Aftercare.SystemTests.Fixtures;

/// <summary>What somebody types when a program shows this.</summary>
/// <param name="To">A pattern.</param>
/// <param name="Typed">What he types, without a line break of its own; he may do something else first.</param>
internal sealed record Reply(string To, Func<Match, Task<string>> Typed)
{
    public const string CtrlC = "\x03";

    /// <summary>A line, with the key that ends it.</summary>
    public Reply(string to, string line)
        : this(to, _ => Task.FromResult(line + "\r"))
    {
    }
}

/// <summary>A terminal with a shell that somebody types into: what one line defines or where it goes holds for the next, and programs can ask and be stopped.</summary>
internal sealed class Terminal : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _terminal;
    private readonly DirectoryInfo _lines = Directory.CreateTempSubdirectory("aftercare-typed-");
    private int _typed;

    private Terminal(Process terminal) => _terminal = terminal;

    /// <summary>Everything temporary is made in here, and removed in the end.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("aftercare-terminal-").FullName;

    public static async Task<Terminal> Open(params (string Name, string Value)[] environment)
    {
        // script(1) gives the shell a terminal of its own: programs ask for passphrases on nothing less. A dumb one, so that only words come back.
        // Whoever started the tests in the background has them ignore Ctrl-C, and all that they start.
        var start = new ProcessStartInfo(Tools.Require("script"), ["--quiet", "--flush", "--command", "exec env --default-signal=INT,QUIT bash --noprofile --norc --noediting", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            // Programs that run for a second do not earn back what profiling them for a better second compilation costs.
            Environment = { ["TERM"] = "dumb", ["DOTNET_TieredPGO"] = "0" },
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var terminal = new Terminal(Process.Start(start)!);
        _ = await terminal.Run($"stty -echo cols 200; PS1= PS2=; cd '{terminal.Folder}'; export TMPDIR='{terminal.Folder}'");
        return terminal;
    }

    /// <summary>Types the text as it stands, and then the replies, each when the program asks for it.</summary>
    /// <returns>The exit code of its last command, and what all of them said.</returns>
    public async Task<(int Code, string Said)> Run(string text, params Reply[] replies)
    {
        // Read from a file, because whatever is typed ahead would be taken by the first program that asks.
        var lines = Path.Combine(_lines.FullName, $"{++_typed}");
        await File.WriteAllTextAsync(lines, text + "\n");
        await Type($". '{lines}'; printf '\\n<<%d>>\\n' $?\r");
        var (said, seen, waiting) = ("", 0, new Queue<Reply>(replies));
        while (true)
        {
            if (waiting.TryPeek(out var reply) && Regex.Match(said[seen..], reply.To) is { Success: true } asked)
            {
                waiting.Dequeue();
                seen += asked.Index + asked.Length;
                await Type(await reply.Typed(asked));
            }
            else if (Regex.Match(said, @"\n<<(\d+)>>\n\z") is { Success: true } end)
                return waiting.Count == 0 ? (int.Parse(end.Groups[1].Value, null), said[..end.Index]) : throw new InvalidOperationException($"'{text}' never said '{waiting.Peek().To}':\n{said}");
            else
                said = (said + await Hear(text, said)).Replace("\r\n", "\n", StringComparison.Ordinal);
        }
    }

    /// <summary>As <see cref="Run"/>, and fails unless it ends so.</summary>
    public async Task<string> Ends(int code, string text, params Reply[] replies)
    {
        var (ended, said) = await Run(text, replies);
        Assert.True(ended == code, $"{text}\nended with {ended}, not {code}:\n{said}");
        return said;
    }

    public async ValueTask DisposeAsync()
    {
        _terminal.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _terminal.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _terminal.Kill(entireProcessTree: true);
            await _terminal.WaitForExitAsync(CancellationToken.None);
        }
        _terminal.Dispose();
        _lines.Delete(recursive: true);
        Directory.Delete(Folder, recursive: true);
    }

    private async Task Type(string keys)
    {
        await _terminal.StandardInput.WriteAsync(keys);
        await _terminal.StandardInput.FlushAsync();
    }

    private async Task<string> Hear(string text, string said)
    {
        using var patience = new CancellationTokenSource(Patience);
        var heard = new char[4096];
        try
        {
            return await _terminal.StandardOutput.ReadAsync(heard, patience.Token) is > 0 and var count ? new string(heard, 0, count) : throw new InvalidOperationException($"The shell ended at '{text}':\n{said}");
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"'{text}' says nothing more:\n{said}");
        }
    }
}
