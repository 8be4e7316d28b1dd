using System.Text.RegularExpressions;
using Aftercare.SystemTests.Docs;
using Aftercare.SystemTests.Fixtures;
using Xunit;

[assembly: AssemblyFixture(typeof(DemoServer))]

namespace Aftercare.SystemTests.Fixtures;

/// <summary>One filled demo for the whole test run, on SQLite in a process of its own, started as the README says by the first test that asks; take it as a constructor parameter.</summary>
/// <remarks>Whoever changes something in it belongs to the collection <c>demo</c>, so that no two of them do so at once.</remarks>
public sealed class DemoServer : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private ServerProcess? _process;

    private readonly string _checkout = Directory.CreateTempSubdirectory("aftercare-demo-").FullName;

    public Uri Address { get; } = new(World.FreeAddress());

    /// <summary>What the server has printed, after it was filled.</summary>
    public async Task<string> Said()
    {
        await _starting.WaitAsync();
        try
        {
            _process ??= Begin();
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
        Directory.Delete(_checkout, recursive: true);
    }

    private ServerProcess Begin()
    {
        Checkout.LayOut(_checkout);
        return ServerProcess.Typed(_checkout, "./run --demo", [new("AFTERCARE_URLS", Address.OriginalString)]);
    }
}
