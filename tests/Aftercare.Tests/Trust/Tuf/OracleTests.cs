using Aftercare.Trust;
using Aftercare.Trust.Keys;
using Aftercare.Trust.Tuf;
using Xunit;

namespace Aftercare.Tests.Trust.Tuf;

/// <summary>A client that is not ours takes what our editor publishes, and refuses what ours refuses.</summary>
public sealed class OracleTests : IDisposable
{
    // tuf-js reads the machine's clock.
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private static readonly byte[] Package = LyingRepository.Bytes(new string('p', 100_000));
    private readonly SomeRepository _repository = new();
    private readonly TemporaryFolder _cache = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _repository.Dispose();
        _cache.Dispose();
    }

    [Fact]
    public async Task Tuf_js_downloads_what_we_publish()
    {
        await Publish();

        var verdict = await Ask();

        Assert.True(verdict.ExitCode == 0, verdict.Output + verdict.Error);
        Assert.Equal(Package, await File.ReadAllBytesAsync(verdict.Output.Trim(), Stop));
    }

    [Theory, InlineData(KeyAlgorithm.Ed25519), InlineData(KeyAlgorithm.RsaPss3072)]
    public async Task Tuf_js_takes_our_signatures_of_every_kind_that_it_knows(KeyAlgorithm kind)
    {
        for (var i = 0; i < 3; i++)
            _repository.People[i] = FileKey.Create(kind, _repository.People[i].PublicKey.Custodian!);
        await Publish();

        var verdict = await Ask();

        Assert.True(verdict.ExitCode == 0, verdict.Output + verdict.Error);
    }

    [Theory]
    [InlineData("2.root.json", "0/2 keys")]
    [InlineData("timestamp.json", "0/1 keys")]
    [InlineData("1.snapshot.json", "Expected hash")]
    [InlineData("1.targets.json", "Expected hash")]
    [InlineData("1.pump.json", "Expected hash")]
    public async Task A_changed_byte_of_metadata_is_refused_by_tuf_js_and_by_us(string file, string reason)
    {
        await Publish();
        await FlipDigitOf(Path.Combine(_repository.Store.MetadataFolder, file));

        var verdict = await Ask();

        Assert.Equal(1, verdict.ExitCode);
        Assert.Contains(reason, verdict.Output, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<UntrustedException>(Download);
    }

    [Fact]
    public async Task A_changed_byte_of_a_package_is_refused_by_tuf_js_and_by_us()
    {
        await Publish();
        var served = Assert.Single(Directory.GetFiles(Path.Combine(_repository.Store.TargetsFolder, "pump", "4.2.1")));
        var bytes = await File.ReadAllBytesAsync(served, Stop);
        bytes[50_000] ^= 1;
        await File.WriteAllBytesAsync(served, bytes, Stop);

        var verdict = await Ask();

        Assert.Equal(1, verdict.ExitCode);
        Assert.Contains("Expected hash", verdict.Output, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TargetMismatchException>(Download);
    }

    private async Task Publish()
    {
        var repository = TufRepository.Start(_repository.SignedByTwo(TufRepository.DraftFirstRoot(Plan)));
        _repository.Store.Publish(repository);
        var file = await _repository.Store.AddTargetAsync(SomeRepository.Package, new MemoryStream(Package), new() { ["class"] = "maintained" }, Stop);
        var root = repository.Repository.DraftRoot(Plan);
        var targets = repository.Repository.DraftTargets(new TargetsPlan(["pump", "monitor"], [], Now.AddDays(90)), root);
        var line = repository.Repository.DraftLine(new LinePlan("pump", [file], [], Now.AddDays(90)), targets);
        var empty = repository.Repository.DraftLine(new LinePlan("monitor", [], [], Now.AddDays(90)), targets);
        _repository.Store.Publish(repository.Repository.Publish(
            [.. new[] { root, targets, line, empty }.Select(_repository.SignedByTwo)], _repository.Online, _repository.Online, Now));
    }

    private RootPlan Plan => _repository.Plan with { Expires = Now.AddDays(365) };

    private async Task<Oracles.Verdict> Ask()
    {
        using var server = new FolderServer(_repository.Folder.Path);
        await File.WriteAllBytesAsync(_cache["root.json"], _repository.FirstRoot, Stop);
        return await Oracles.Run("tuf.mjs", [server.Address, _cache.Path, SomeRepository.Package]);
    }

    private async Task<VerifiedTarget> Download()
    {
        using var site = new TemporaryFolder();
        var client = _repository.Client(site["metadata"]);
        await client.InitAsync(_repository.FirstRoot, Stop);
        await client.RefreshAsync(Now, Stop);
        return await client.DownloadAsync((await client.FindTargetAsync(SomeRepository.Package, Stop))!, site["targets"], stop: Stop);
    }

    // Inside the signed part, and so that the file stays JSON.
    private static async Task FlipDigitOf(string path)
    {
        var text = await File.ReadAllTextAsync(path, Stop);
        var at = text.IndexOf("\"expires\":\"20", StringComparison.Ordinal) + "\"expires\":\"20".Length;
        await File.WriteAllTextAsync(path, text[..at] + (char)(text[at] ^ 1) + text[(at + 1)..], Stop);
    }
}
