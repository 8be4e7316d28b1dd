using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Aftercare.SystemTests.Fixtures;
using Xunit;

namespace Aftercare.SystemTests.Updates;

/// <summary>Packages on their way in.</summary>
public sealed class UploadTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private const string Path = Releasing.PackagePath;

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_upload_goes_on_where_it_was_cut_and_the_command_finishes_it(Db db)
    {
        await using var desk = await Releasing.Begin(db, postgres);
        using var pipeline = desk.World.Visitor();
        var (update, token) = (await desk.Draft(), await desk.Token("Developer"));
        var package = await File.ReadAllBytesAsync(desk.PackageFile);
        var upload = await Begin(pipeline, token, update, Path, package);

        using var first = await Send(pipeline, token, upload, 0, package[..1_000_000]);
        Assert.Equal((HttpStatusCode.NoContent, "1000000"), (first.StatusCode, first.Headers.GetValues("Upload-Offset").Single()));
        using var astray = await Send(pipeline, token, upload, 500_000, package[500_000..600_000]);
        Assert.Equal(HttpStatusCode.Conflict, astray.StatusCode);
        Assert.Equal(1_000_000, await Offset(pipeline, token, upload));
        using var tooMuch = await Send(pipeline, token, upload, 1_000_000, [.. package[1_000_000..], 0]);
        Assert.NotEqual(HttpStatusCode.Created, tooMuch.StatusCode);
        Assert.InRange(await Offset(pipeline, token, upload), 1_000_000, package.Length);

        (await desk.Upload(update)).Is(0);
        Assert.Equal(package, await File.ReadAllBytesAsync(desk.StoredPackage));
        Assert.Empty(Directory.GetFiles(desk.World.Installation.Data.Uploads));
        (await desk.Publisher.Get(update)).Shows(Path).Shows(Convert.ToHexStringLower(SHA256.HashData(package)));

        // The same path again, also in other letters, is somebody's mistake.
        (await desk.Upload(update)).Is(1).Says("update.file-exists");
        (await desk.Upload(update, "pump/4.2.1/PUMP.bin")).Is(1).Says("update.file-exists");
        (await desk.Publisher.Submit(update, update + "/remove-file", ("path", Path))).Is(HttpStatusCode.OK).Shows("No package yet");
        (await desk.Upload(update)).Is(0);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Other_bytes_than_announced_are_thrown_away(Db db)
    {
        await using var desk = await Releasing.Begin(db, postgres);
        using var pipeline = desk.World.Visitor();
        var (update, token) = (await desk.Draft(), await desk.Token("Developer"));
        var upload = await Begin(pipeline, token, update, Path, [1, 2, 3]);

        using var other = await Begin(pipeline, token, update, Path, [4, 5, 6], 409);
        using var answer = await Send(pipeline, token, upload, 0, [1, 2, 4]);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("upload.hash", Code(await answer.Content.ReadAsStringAsync()));
        (await desk.Publisher.Get(update)).Shows("No package yet");
        Assert.False(Directory.Exists(desk.World.Installation.Data.Packages));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Only_a_pipelines_token_uploads_and_only_into_the_line(Db db)
    {
        await using var desk = await Releasing.Begin(db, postgres);
        using var pipeline = desk.World.Visitor();
        var update = Releasing.IdOf(await desk.Draft());
        var developer = await desk.Token("Developer");
        object Body(string path, long length = 3) => new { path, length, sha256 = new string('a', 64) };

        Assert.Equal(HttpStatusCode.Unauthorized, (await pipeline.Api($"/updates/{update}/uploads", null, Body(Path))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await pipeline.Api($"/updates/{update}/uploads", await desk.Token("Analyst"), Body(Path))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await pipeline.Api($"/updates/{update}/uploads", await desk.SiteToken(), Body(Path))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Publisher.Api($"/updates/{update}/uploads", null, Body(Path))).Status);
        foreach (var path in (string[])["pump/../../etc/passwd", "../x/y", "pump/4.2.1/..", "monitor/4.2.1/x", "pump/4.2.1/a b"])
            Assert.Equal((HttpStatusCode.BadRequest, "malformed"), await Refused(pipeline, update, developer, Body(path)));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "package.too-large"), await Refused(pipeline, update, developer, Body(Path, 9L * 1024 * 1024 * 1024)));
        Assert.Equal((HttpStatusCode.BadRequest, "malformed"), await Refused(pipeline, update, developer, new { path = Path, length = 3, sha256 = "../../" + new string('a', 58) }));

        using var outsider = await desk.World.Operator("Olga", Guid.NewGuid());
        (await outsider.Get($"/desk/updates/{update}")).Is(HttpStatusCode.NotFound);
        (await pipeline.Get($"/api/v1/updates/{update}")).Is(HttpStatusCode.NotFound);
    }

    private static async Task<(HttpStatusCode, string)> Refused(Visitor visitor, string update, string token, object body)
    {
        var (status, answer) = await visitor.Api($"/updates/{update}/uploads", token, body);
        return (status, answer.GetProperty("code").GetString()!);
    }

    private static async Task<string> Begin(Visitor visitor, string token, string update, string path, byte[] package) =>
        (await Begin(visitor, token, update, path, package, 201)).RootElement.GetProperty("location").GetString()!;

    private static async Task<JsonDocument> Begin(Visitor visitor, string token, string update, string path, byte[] package, int expected)
    {
        var (status, body) = await visitor.Api($"/updates/{Releasing.IdOf(update)}/uploads", token, new { path, length = package.Length, sha256 = Convert.ToHexStringLower(SHA256.HashData(package)) });
        Assert.Equal(expected, (int)status);
        return JsonDocument.Parse(body.GetRawText());
    }

    private static async Task<HttpResponseMessage> Send(Visitor visitor, string token, string upload, long offset, byte[] bytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, upload) { Content = new ByteArrayContent(bytes) };
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        return await visitor.Http.SendAsync(request);
    }

    private static async Task<long> Offset(Visitor visitor, string token, string upload)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, upload);
        request.Headers.Authorization = new("Bearer", token);
        using var answer = await visitor.Http.SendAsync(request);
        return long.Parse(answer.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
    }

    private static string Code(string problem) => JsonDocument.Parse(problem).RootElement.GetProperty("code").GetString()!;
}
