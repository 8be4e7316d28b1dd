using System.Text.RegularExpressions;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Xunit;

[assembly: AssemblyFixture(typeof(DemoServer))]

namespace Aftercare.SystemTests.Fixtures;

/// <summary>One filled demo for the whole test run, on SQLite in a process of its own, started by the first test that asks; take it as a constructor parameter.</summary>
/// <remarks>Whoever changes something in it belongs to the collection <c>demo</c>, so that no two of them do so at once.</remarks>
public sealed class DemoServer : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private ServerProcess? _process;

    public DataFolder Data { get; } = new(Directory.CreateTempSubdirectory("aftercare-demo-").FullName);

    public Uri Address { get; } = new(World.FreeAddress());

    /// <summary>Where the command lies that the demo names to its visitors.</summary>
    public static string Command => Path.Combine(AppContext.BaseDirectory, "aftercare.dll");

    /// <summary>What the server has printed, after it was filled.</summary>
    public async Task<string> Said()
    {
        await _starting.WaitAsync();
        try
        {
            _process ??= ServerProcess.Start(Data, null, ["--demo"], [new("AFTERCARE_URLS", Address.OriginalString), new("AFTERCARE_PUBLIC_URL", Address.OriginalString), new("AFTERCARE_COMMAND", Command)]);
            await _process.Until("it printed its links", () => _process.Said.Contains("Nothing here is real", StringComparison.Ordinal));
            return _process.Said;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>The one-time link that the terminal shows for a role.</summary>
    public async Task<string> LinkOf(string role) => Regex.Match(await Said(), $@"^  {role}\b.*?(http://\S+)$", RegexOptions.Multiline).Groups[1].Value;

    /// <summary>The link goes to a page with one button.</summary>
    internal async Task<Visitor> SignIn(string role)
    {
        var (visitor, link) = (new Visitor(Address), new Uri(await LinkOf(role)).AbsolutePath);
        await visitor.Submit(link, link);
        return visitor;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _starting.Dispose();
        Directory.Delete(Data.Root, recursive: true);
    }
}
