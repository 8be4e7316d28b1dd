using System.Net;
using Aftercare.SystemTests.Fixtures;
using Aftercare.Tests;
using Aftercare.Trust;
using Xunit;

namespace Aftercare.SystemTests.Updates;

/// <summary>From a draft to a package that a site's client verifies, with the real command and a client that is not ours.</summary>
public sealed class ReleaseTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_update_is_written_uploaded_signed_by_two_and_downloaded_by_another_makers_client(Db db)
    {
        await using var desk = await Releasing.Begin(db, postgres);
        await desk.Root();
        var update = await desk.Draft(open: "true");
        (await desk.Publisher.Get(update)).Shows("The document for operators is not written").Shows("No package has been uploaded");
        await desk.Describe(update);
        (await desk.Upload(update)).Is(0);
        (await desk.Publisher.Get(update)).Shows("Nothing is missing");
        (await desk.Submit(update)).Is(HttpStatusCode.OK).Shows("0 of 2 people have signed");

        // One signature is not enough, and the same person's second one does not count.
        (await desk.Sign(update, "Anna")).Is(0).Says("+ pump/4.2.1/pump.bin  3145728 bytes").Says("+ product line pump: 2 of Anna, Ben, Chloe").Says("1 of 2 people have signed");
        (await desk.Publisher.Get(update)).Shows("1 of 2 people have signed").Shows("Signed");
        (await desk.Sign(update, "Anna")).Is(1).Says("Anna has signed");
        (await desk.Sign(update, "Ben")).Is(0).Says("2 of 2 people have signed");
        (await desk.Publish(update)).Is(HttpStatusCode.OK).Shows("Published");

        Assert.Equal(await File.ReadAllBytesAsync(desk.PackageFile), await File.ReadAllBytesAsync((await desk.Download()).Path));
        var verdict = await TufJs(desk);
        Assert.True(verdict.ExitCode == 0, verdict.Output + verdict.Error);
        Assert.Equal(await File.ReadAllBytesAsync(desk.PackageFile), await File.ReadAllBytesAsync(verdict.Output.Trim()));

        using var anybody = desk.World.Visitor();
        (await anybody.Get("/updates")).Is(HttpStatusCode.OK).Shows("U-20");
        var number = (await anybody.Get("/updates")).Link("/updates/U-[0-9-]+");
        (await anybody.Get(number)).Is(HttpStatusCode.OK).Shows("The parser checks lengths.").Shows("5 minutes");
        (await anybody.Get("/api/v1" + number)).Is(HttpStatusCode.OK).Shows("\"line\":\"pump\"");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task One_changed_byte_of_package_or_metadata_is_refused_by_both_clients(Db db)
    {
        await using var desk = await Releasing.Begin(db, postgres);
        await desk.Released();

        var package = await File.ReadAllBytesAsync(desk.StoredPackage);
        package[1_000_000] ^= 1;
        await File.WriteAllBytesAsync(desk.StoredPackage, package);
        await Assert.ThrowsAnyAsync<UntrustedException>(() => desk.Download());
        Assert.Contains("Expected hash", (await TufJs(desk)).Output, StringComparison.Ordinal);
        package[1_000_000] ^= 1;
        await File.WriteAllBytesAsync(desk.StoredPackage, package);
        _ = await desk.Download();

        var line = await File.ReadAllTextAsync(desk.Metadata("1.pump.json"));
        await File.WriteAllTextAsync(desk.Metadata("1.pump.json"), line.Replace("3145728", "3145729", StringComparison.Ordinal));
        await Assert.ThrowsAnyAsync<UntrustedException>(() => desk.Download());
        Assert.Equal(1, (await TufJs(desk)).ExitCode);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Packages_are_for_sites_and_a_withdrawn_one_is_for_nobody(Db db)
    {
        await using var desk = await Releasing.Begin(db, postgres);
        var update = await desk.Released(open: "false");
        using var anybody = desk.World.Visitor();
        var sha256 = Path.GetFileName(desk.StoredPackage);
        var address = $"/tuf/targets/pump/4.2.1/{sha256}.pump.bin";

        (await anybody.Get(address)).Is(HttpStatusCode.Unauthorized);
        (await anybody.Get("/tuf/metadata/timestamp.json")).Is(HttpStatusCode.OK);
        _ = await desk.Download(await desk.SiteToken());
        using var part = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Range = new(1_000_000, null) } };
        part.Headers.Authorization = new("Bearer", await desk.SiteToken());
        using var answer = await anybody.Http.SendAsync(part);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(2_145_728, answer.Content.Headers.ContentLength);

        (await desk.Publisher.Submit(update, update + "/withdraw", ("reason", "It stops the alarm."), ("password", World.Password))).Is(HttpStatusCode.OK).Shows("Withdrawn: It stops the alarm.");
        await Assert.ThrowsAsync<HttpRequestException>(async () => _ = await desk.Download(await desk.SiteToken()));
        (await anybody.Get((await anybody.Get("/updates")).Link("/updates/U-[0-9-]+"))).Shows("Do not install this update any more");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_publication_that_a_crash_cut_off_is_completed_by_publishing_again(Db db)
    {
        await using var desk = await Releasing.Begin(db, postgres);
        await desk.Root();
        var update = await desk.Draft(open: "true");
        await desk.Describe(update);
        (await desk.Upload(update)).Is(0);
        (await desk.Submit(update)).Is(HttpStatusCode.OK);
        (await desk.Sign(update, "Anna")).Is(0);
        (await desk.Sign(update, "Chloe")).Is(0);
        await PublishOnlyTheRepository(desk, update);

        (await desk.Publisher.Submit(update, update + "/return", ("reason", "Second thoughts."))).Is(HttpStatusCode.Conflict).Shows("The repository offers it already");
        (await desk.Publish(update)).Is(HttpStatusCode.OK).Shows("Published");
        Assert.False(File.Exists(desk.Metadata("2.pump.json")));
        _ = await desk.Download();
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_folder_that_is_ahead_of_the_ledger_stops_signing(Db db)
    {
        await using var desk = await Releasing.Begin(db, postgres);
        await desk.Root();
        var first = await desk.Draft(open: "true");
        await desk.Describe(first);
        (await desk.Upload(first)).Is(0);
        (await desk.Submit(first)).Is(HttpStatusCode.OK);

        // What a restored database looks like: the world has seen what the ledger does not know.
        using var other = new OtherRepository(desk);
        other.PublishLine();
        (await desk.Sign(first, "Anna")).Is(1).Says("does not follow the published version");
        var second = await desk.Draft("Another one");
        await desk.Describe(second);
        (await desk.Upload(second, "pump/4.2.1/second.bin")).Is(0);
        (await desk.Submit(second)).Is(HttpStatusCode.Conflict).Shows("an older database was probably restored");
    }

    private static async Task PublishOnlyTheRepository(Releasing desk, string update)
    {
        var keeper = (Server.Trust.RepositoryKeeper)desk.World.Services.GetService(typeof(Server.Trust.RepositoryKeeper))!;
        await using var store = desk.World.Store();
        var state = (await store.Find<Aftercare.Updates.Update>(Guid.Parse(Releasing.IdOf(update)), default))!;
        var drafts = await Server.Updates.UpdateDesk.DraftsOf(store, state, default);
        _ = (await keeper.Alone(() => keeper.Publish(drafts, default), default)).Value;
    }

    private static async Task<Oracles.Verdict> TufJs(Releasing desk)
    {
        var cache = Directory.CreateDirectory(desk[Path.GetRandomFileName()]).FullName;
        File.Copy(desk.Metadata("1.root.json"), Path.Combine(cache, "root.json"));
        return await Oracles.Run("tuf.mjs", [desk.Server + "/tuf", cache, Releasing.PackagePath]);
    }
}
