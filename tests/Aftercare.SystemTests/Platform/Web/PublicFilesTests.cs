using System.Net;
using Aftercare.Server.Platform.Web;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Platform.Storage;
using Xunit;

namespace Aftercare.SystemTests.Platform.Web;

public sealed class PublicFilesTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory]
    [InlineData("/log/tile/0/000", true)]
    [InlineData("/log/tile/0/000.p/7", true)]
    [InlineData("/log/2/tile/1/x001/234", true)]
    [InlineData("/log/checkpoint", false)]
    [InlineData("/log/2/checkpoint", false)]
    [InlineData("/tuf/metadata/12.snapshot.json", true)]
    [InlineData("/tuf/metadata/timestamp.json", false)]
    [InlineData("/csaf/provider-metadata.json", false)]
    [InlineData("/csaf/white/2026/acme-sa-2026-0001.json", false)]
    public void A_file_that_never_changes_under_its_name_may_be_kept_for_ever(string path, bool versioned) =>
        Assert.Equal(versioned, PublicFiles.IsVersioned(path));

    [Fact]
    public async Task Anybody_reads_the_log_and_nothing_beside_it()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        await StoreTests.Somebody(world, Ledger.Role.Lead);
        var data = world.Installation.Data;
        using var visitor = world.Visitor();
        HttpResponseMessage checkpoint;
        for (var tries = 0; (checkpoint = await visitor.Http.GetAsync(new Uri("/log/checkpoint", UriKind.Relative))).StatusCode != HttpStatusCode.OK && tries < 100; tries++)
            await Task.Delay(50);

        Assert.Equal(("text/plain; charset=utf-8", "no-cache"), (checkpoint.Content.Headers.ContentType!.ToString(), checkpoint.Headers.CacheControl!.ToString()));
        Assert.Equal("nosniff", Assert.Single(checkpoint.Headers.GetValues("X-Content-Type-Options")));
        var size = (await checkpoint.Content.ReadAsStringAsync()).Split('\n')[1];
        using var tile = await visitor.Http.GetAsync(new Uri($"/log/tile/0/000.p/{size}", UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, "application/octet-stream"), (tile.StatusCode, tile.Content.Headers.ContentType!.ToString()));
        Assert.Contains("immutable", tile.Headers.CacheControl!.ToString(), StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(data.Log, ".checkpoint.half.tmp"), "half");
        foreach (var path in new[] { "/log/.checkpoint.half.tmp", "/log/../../aftercare.db", "/log/%2e%2e/%2e%2e/aftercare.db", "/log/..%2f..%2fkeys/log.key", "/log/", "/aftercare.db" })
            (await visitor.Get(path)).Is(HttpStatusCode.NotFound);
        checkpoint.Dispose();
    }
}
