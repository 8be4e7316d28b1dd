using Aftercare.Trust.Tuf;
using Xunit;

namespace Aftercare.Tests.Trust.Tuf;

public sealed class DownloadTests : IDisposable
{
    private static readonly byte[] Package = [.. Enumerable.Range(0, 500_000).Select(i => unchecked((byte)(i * 31 >> 3)))];
    private readonly SomeRepository _made = new();
    private readonly TemporaryFolder _site = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Part => Assert.Single(Directory.GetFiles(_site["targets/pump/4.2.1"], "*.part"));

    public void Dispose()
    {
        _made.Dispose();
        _site.Dispose();
    }

    [Fact]
    public async Task A_cut_off_download_goes_on_where_it_stopped()
    {
        await _made.Released(Package);
        using var server = new FolderServer(_made.Folder.Path);
        using var http = new HttpClient();
        await CutOffAfter(200_000);

        var verified = await Download(TufSources.Http(http, new Uri(server.Address + "/targets")));

        Assert.Equal(["bytes=200000-"], server.Ranges);
        Assert.Equal(Package, await File.ReadAllBytesAsync(verified.Path, Stop));
        Assert.Empty(Directory.GetFiles(_site["targets/pump/4.2.1"], "*.part"));
    }

    [Fact]
    public async Task A_site_refreshes_and_downloads_over_http()
    {
        await _made.Released(Package);
        using var server = new FolderServer(_made.Folder.Path);
        using var http = new HttpClient();
        var client = new TufClient(new TufClientOptions
        {
            MetadataFolder = _site["metadata"],
            FetchMetadata = TufSources.Http(http, new Uri(server.Address + "/metadata/")),
            FetchTarget = TufSources.Http(http, new Uri(server.Address + "/targets")),
        });
        await client.InitAsync(_made.FirstRoot, Stop);
        await client.RefreshAsync(SomeRepository.Now, Stop);

        var verified = await client.DownloadAsync((await client.FindTargetAsync(SomeRepository.Package, Stop))!, _site["targets"], stop: Stop);

        Assert.Equal(Package, await File.ReadAllBytesAsync(verified.Path, Stop));
    }

    [Fact]
    public async Task A_server_in_trouble_is_not_called_untrustworthy()
    {
        await _made.Released(Package);
        using var server = new FolderServer(_made.Folder.Path) { Broken = true };
        using var http = new HttpClient();

        await Assert.ThrowsAsync<HttpRequestException>(() => Download(TufSources.Http(http, new Uri(server.Address + "/targets"))));
    }

    [Fact]
    public async Task A_whole_part_without_its_name_is_finished()
    {
        await _made.Released(Package);
        using var server = new FolderServer(_made.Folder.Path);
        using var http = new HttpClient();
        await CutOffAfter(200_000);
        await File.WriteAllBytesAsync(Part, Package, Stop);

        var verified = await Download(TufSources.Http(http, new Uri(server.Address + "/targets")));

        Assert.Equal(Package, await File.ReadAllBytesAsync(verified.Path, Stop));
    }

    [Fact]
    public async Task A_source_that_cannot_begin_in_the_middle_begins_anew()
    {
        await _made.Released(Package);
        await CutOffAfter(200_000);

        var verified = await Download((_, _, _) => Task.FromResult<Fetched?>(new(new MemoryStream(Package), 0)));

        Assert.Equal(Package, await File.ReadAllBytesAsync(verified.Path, Stop));
    }

    [Fact]
    public async Task A_damaged_part_is_thrown_away_and_the_whole_is_fetched()
    {
        await _made.Released(Package);
        await CutOffAfter(200_000);
        var damaged = await File.ReadAllBytesAsync(Part, Stop);
        damaged[7] ^= 1;
        await File.WriteAllBytesAsync(Part, damaged, Stop);
        var offsets = new List<long>();
        var folder = TufSources.Folder(_made.Store.TargetsFolder);

        var verified = await Download((path, offset, stop) =>
        {
            offsets.Add(offset);
            return folder(path, offset, stop);
        });

        Assert.Equal([200_000, 0], offsets);
        Assert.Equal(Package, await File.ReadAllBytesAsync(verified.Path, Stop));
    }

    [Fact]
    public async Task A_source_that_begins_where_it_was_not_asked_to_is_refused()
    {
        await _made.Released(Package);
        await CutOffAfter(200_000);

        await Assert.ThrowsAsync<IOException>(() => Download((_, offset, _) => Task.FromResult<Fetched?>(new(new MemoryStream(Package), offset - 1))));
    }

    [Fact]
    public async Task A_stalled_download_is_given_up_and_kept()
    {
        await _made.Released(Package);

        await Assert.ThrowsAsync<IOException>(() => Download(
            (_, _, _) => Task.FromResult<Fetched?>(new(new StallingStream(Package[..100_000]), 0)),
            new TufLimits { TargetStall = TimeSpan.FromSeconds(2) }));

        Assert.Equal(100_000, new FileInfo(Part).Length);
    }

    [Fact]
    public async Task A_missing_package_is_told()
    {
        await _made.Released(Package);

        await Assert.ThrowsAsync<FileNotFoundException>(() => Download((_, _, _) => Task.FromResult<Fetched?>(null)));
    }

    [Fact]
    public async Task Progress_is_told()
    {
        await _made.Released(Package);
        var told = new Told();

        await Download(TufSources.Folder(_made.Store.TargetsFolder), progress: told);

        Assert.Equal(Package.Length, told.Bytes[^1]);
        Assert.Equal(told.Bytes.Order(), told.Bytes);
    }

    [Fact]
    public async Task A_changed_file_that_is_there_already_is_fetched_anew()
    {
        await _made.Released(Package);
        var verified = await Download(TufSources.Folder(_made.Store.TargetsFolder));
        await File.WriteAllBytesAsync(verified.Path, new byte[Package.Length], Stop);

        await Download(TufSources.Folder(_made.Store.TargetsFolder));

        Assert.Equal(Package, await File.ReadAllBytesAsync(verified.Path, Stop));
    }

    [Theory, InlineData("../1.root.json"), InlineData("..%2F1.root.json"), InlineData("/etc/passwd"), InlineData("x%5C..%5C1.root.json")]
    public async Task A_folder_source_gives_nothing_from_outside(string path)
    {
        await _made.Released(Package);

        Assert.Null(await TufSources.Folder(_made.Store.TargetsFolder)(path, 0, Stop));
    }

    private async Task CutOffAfter(int bytes) =>
        await Assert.ThrowsAsync<IOException>(() => Download((_, _, _) => Task.FromResult<Fetched?>(new(new MemoryStream(Package[..bytes]), 0))));

    private async Task<VerifiedTarget> Download(TufFetch source, TufLimits? limits = null, IProgress<long>? progress = null)
    {
        var client = new TufClient(new TufClientOptions
        {
            MetadataFolder = _site["metadata"],
            FetchMetadata = TufSources.Folder(_made.Store.MetadataFolder),
            FetchTarget = source,
            Limits = limits ?? new(),
        });
        await client.InitAsync(_made.FirstRoot, Stop);
        await client.RefreshAsync(SomeRepository.Now, Stop);
        return await client.DownloadAsync((await client.FindTargetAsync(SomeRepository.Package, Stop))!, _site["targets"], progress, Stop);
    }

    private sealed class Told : IProgress<long>
    {
        internal List<long> Bytes { get; } = [];

        public void Report(long value) => Bytes.Add(value);
    }

    private sealed class StallingStream(byte[] given) : MemoryStream(given)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == Length)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
