using Aftercare.Trust.Tuf;
using Xunit;

namespace Aftercare.Tests.Trust.Tuf;

public sealed class TufClientTests : IDisposable
{
    private static readonly DateTimeOffset Now = LyingRepository.Now;
    private readonly LyingRepository _repository = new();
    private readonly TemporaryFolder _site = new();
    private readonly TemporaryFolder _downloads = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _repository.Dispose();
        _site.Dispose();
        _downloads.Dispose();
    }

    [Fact]
    public async Task A_target_is_found_and_downloaded()
    {
        var package = LyingRepository.Bytes("pump firmware 4.2.1");
        _repository.Add("pump/4.2.1/pump.bin", package);
        _repository.Release();
        var client = await _repository.KnownTo(_site);

        var target = await client.FindTargetAsync("pump/4.2.1/pump.bin", Stop);
        var verified = await client.DownloadAsync(target!, _downloads.Path, stop: Stop);

        Assert.Equal(_downloads["pump/4.2.1/pump.bin"], verified.Path);
        Assert.Equal(package, await File.ReadAllBytesAsync(verified.Path, Stop));
        Assert.Equal(["pump.bin"], Directory.EnumerateFiles(_downloads["pump/4.2.1"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Without_consistent_snapshots_the_plain_names_are_asked_for()
    {
        using var plain = new LyingRepository();
        plain.ConsistentSnapshot = false;
        plain.Root();
        plain.Add("pump/4.2.1/pump.bin", LyingRepository.Bytes("pump"));
        plain.Release();
        plain.Requests.Clear();

        var client = await plain.KnownTo(_site);
        await client.DownloadAsync((await client.FindTargetAsync("pump/4.2.1/pump.bin", Stop))!, _downloads.Path, stop: Stop);

        Assert.Equal(["2.root.json", "3.root.json", "timestamp.json", "snapshot.json", "targets.json", "pump/4.2.1/pump.bin"], plain.Requests);
    }

    [Fact]
    public async Task A_path_that_nobody_names_is_not_found()
    {
        var client = await _repository.KnownTo(_site);

        Assert.Null(await client.FindTargetAsync("pump/9.9.9/pump.bin", Stop));
    }

    [Fact]
    public async Task Metadata_is_kept_byte_for_byte()
    {
        await _repository.KnownTo(_site);

        Assert.Equal(_repository.Metadata["1.root.json"], await File.ReadAllBytesAsync(_site["root.json"], Stop));
        Assert.Equal(_repository.Metadata["timestamp.json"], await File.ReadAllBytesAsync(_site["timestamp.json"], Stop));
        Assert.Equal(_repository.Metadata["1.snapshot.json"], await File.ReadAllBytesAsync(_site["snapshot.json"], Stop));
        Assert.Equal(_repository.Metadata["1.targets.json"], await File.ReadAllBytesAsync(_site["targets.json"], Stop));
    }

    [Fact]
    public async Task A_refresh_without_news_asks_for_two_files()
    {
        await _repository.KnownTo(_site);
        _repository.Requests.Clear();

        await _repository.Client(_site.Path).RefreshAsync(Now.AddHours(1), Stop);

        Assert.Equal(["2.root.json", "timestamp.json"], _repository.Requests);
    }

    [Fact]
    public async Task The_first_root_is_taken_without_asking_anybody()
    {
        await _repository.Client(_site.Path).InitAsync(_repository.FirstRoot, Stop);

        Assert.Empty(_repository.Requests);
    }

    [Fact]
    public async Task A_second_first_root_is_refused()
    {
        using var other = new LyingRepository();
        await _repository.Client(_site.Path).InitAsync(_repository.FirstRoot, Stop);

        await Assert.ThrowsAsync<InvalidOperationException>(() => other.Client(_site.Path).InitAsync(other.FirstRoot, Stop));
        Assert.Equal(_repository.FirstRoot, await File.ReadAllBytesAsync(_site["root.json"], Stop));
    }

    [Fact]
    public async Task A_root_that_its_own_keys_did_not_sign_is_not_trusted_first()
    {
        var unsigned = _repository.Root(signers: [_repository.People[0]]);

        await Assert.ThrowsAsync<ThresholdNotMetException>(() => _repository.Client(_site.Path).InitAsync(unsigned, Stop));
        Assert.False(File.Exists(_site["root.json"]));
    }

    [Fact]
    public async Task Nothing_is_found_before_a_refresh()
    {
        var client = _repository.Client(_site.Path);
        await client.InitAsync(_repository.FirstRoot, Stop);

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.FindTargetAsync("pump/4.2.1/pump.bin", Stop));
    }

    [Fact]
    public async Task A_test_root_is_refused_unless_allowed()
    {
        var branded = _repository.Root(signed => signed["x-aftercare-test"] = true);

        await Assert.ThrowsAsync<TestRootException>(() => _repository.Client(_site.Path).InitAsync(branded, Stop));
        await _repository.Client(_site.Path, allowTest: true).InitAsync(branded, Stop);
        Assert.Equal(branded, await File.ReadAllBytesAsync(_site["root.json"], Stop));
    }

    [Fact]
    public async Task A_good_root_cannot_turn_into_a_test_root()
    {
        await _repository.KnownTo(_site);
        _repository.Root(signed => signed["x-aftercare-test"] = true);

        await Assert.ThrowsAsync<TestRootException>(() => _repository.Client(_site.Path).RefreshAsync(Now, Stop));
    }

    [Fact]
    public async Task A_second_download_asks_for_nothing()
    {
        _repository.Add("pump/4.2.1/pump.bin", LyingRepository.Bytes("pump"));
        _repository.Release();
        var client = await _repository.KnownTo(_site);
        var target = (await client.FindTargetAsync("pump/4.2.1/pump.bin", Stop))!;
        await client.DownloadAsync(target, _downloads.Path, stop: Stop);
        _repository.Requests.Clear();

        await client.DownloadAsync(target, _downloads.Path, stop: Stop);

        Assert.Empty(_repository.Requests);
    }

    [Fact]
    public async Task A_custom_object_is_handed_on()
    {
        _repository.Add(
            "pump/4.2.1/pump.bin", LyingRepository.Bytes("pump"),
            lie: info => info["custom"] = new System.Text.Json.Nodes.JsonObject { ["class"] = "maintained" });
        _repository.Release();
        var client = await _repository.KnownTo(_site);

        var target = await client.FindTargetAsync("pump/4.2.1/pump.bin", Stop);

        Assert.Equal("maintained", target!.Custom!.Value.GetProperty("class").GetString());
    }

    [Fact]
    public async Task Two_clients_on_one_folder_take_turns()
    {
        await _repository.KnownTo(_site);
        for (var i = 0; i < 5; i++)
            _repository.Release();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Quiet().RefreshAsync(Now, Stop), Stop)));

        Assert.Equal(_repository.Metadata["timestamp.json"], await File.ReadAllBytesAsync(_site["timestamp.json"], Stop));
        Assert.Equal(_repository.Metadata["6.snapshot.json"], await File.ReadAllBytesAsync(_site["snapshot.json"], Stop));

        // The repository's list of requests is not made for several threads.
        TufClient Quiet() => new(new TufClientOptions
        {
            MetadataFolder = _site.Path,
            FetchMetadata = (path, _, _) => Task.FromResult(
                _repository.Metadata.TryGetValue(path, out var file) ? new Fetched(new MemoryStream(file), 0) : null),
            FetchTarget = (_, _, _) => Task.FromResult<Fetched?>(null),
        });
    }

    [Fact]
    public async Task A_client_says_who_holds_the_folder()
    {
        await _repository.KnownTo(_site);
        await using var other = new FileStream(_site[".lock"], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        var refusal = await Assert.ThrowsAsync<IOException>(() =>
            _repository.Client(_site.Path, new TufLimits { LockWait = TimeSpan.FromMilliseconds(200) }).RefreshAsync(Now, Stop));

        Assert.Contains(".lock", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_stored_file_is_fetched_again()
    {
        await _repository.KnownTo(_site);
        foreach (var role in new[] { "timestamp", "snapshot", "targets" })
            await File.WriteAllTextAsync(_site[role + ".json"], "{\"signed\":", Stop);

        await _repository.Client(_site.Path).RefreshAsync(Now, Stop);

        Assert.Equal(_repository.Metadata["1.targets.json"], await File.ReadAllBytesAsync(_site["targets.json"], Stop));
    }

    [Fact]
    public async Task What_a_crash_left_half_written_is_passed_over()
    {
        await _repository.KnownTo(_site);
        _repository.Release();
        await File.WriteAllTextAsync(_site["timestamp.json.q3x1.tmp"], "{\"signatures\":[{\"keyid\":\"", Stop);
        await File.WriteAllTextAsync(_site["snapshot.json.q3x1.tmp"], "", Stop);

        await _repository.Client(_site.Path).RefreshAsync(Now, Stop);

        Assert.Equal(_repository.Metadata["timestamp.json"], await File.ReadAllBytesAsync(_site["timestamp.json"], Stop));
    }

    [Fact]
    public async Task A_refresh_that_was_cut_off_after_any_step_is_finished_by_the_next()
    {
        await _repository.KnownTo(_site);
        _repository.Root();
        _repository.Release();
        foreach (var lost in new[] { "timestamp.json", "2.snapshot.json", "2.targets.json" })
        {
            var kept = _repository.Metadata[lost];
            _repository.Metadata.Remove(lost);
            await Assert.ThrowsAsync<MissingMetadataException>(() => _repository.Client(_site.Path).RefreshAsync(Now, Stop));
            _repository.Metadata[lost] = kept;
        }

        await _repository.Client(_site.Path).RefreshAsync(Now, Stop);

        Assert.Equal(_repository.Metadata["2.root.json"], await File.ReadAllBytesAsync(_site["root.json"], Stop));
        Assert.Equal(_repository.Metadata["2.targets.json"], await File.ReadAllBytesAsync(_site["targets.json"], Stop));
    }
}
