using System.Net;
using System.Text;
using Aftercare.SystemTests.Fixtures;
using Xunit;

namespace Aftercare.SystemTests.Updates;

/// <summary>Who may say what devices trust.</summary>
public sealed class TrustTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_root_needs_two_signatures_and_a_second_person_here(Db db)
    {
        await using var desk = await Releasing.Begin(db, postgres);
        await desk.Propose();
        using var anybody = desk.World.Visitor();

        (await anybody.Get("/tuf/metadata/1.root.json")).Is(HttpStatusCode.NotFound);
        (await desk.Publisher.Get("/desk/trust")).Shows("waits to be published").Shows("needs the role Administrator or Quality");
        var open = await desk.Quality.Get("/desk/trust");
        (await desk.Quality.Send(open, "/desk/trust/root/publish", ("password", "wrong password"))).Is(HttpStatusCode.Unauthorized);
        (await desk.Quality.Send(open, "/desk/trust/root/publish", ("password", World.Password))).Is(HttpStatusCode.OK).Shows("2 of these people sign a release").Shows("Chloe");
        (await anybody.Get("/tuf/metadata/1.root.json")).Is(HttpStatusCode.OK);
        // A second click is the same request; a second decision comes too late.
        (await desk.Quality.Send(open, "/desk/trust/root/publish", ("password", World.Password))).Is(HttpStatusCode.OK);
        (await desk.Quality.Send(open, "/desk/trust/root/publish", ("nonce", Guid.NewGuid().ToString()), ("password", World.Password)))
            .Is(HttpStatusCode.Conflict).Shows("changed since you opened the page");
        (await Command.Run("root", "submit", desk["root.json"], "--server", desk.Server, "--token-file", desk["token.signer"])).Is(1).Says("Root version 2 is next");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_unsigned_a_TEST_and_a_foreign_root_are_refused(Db db)
    {
        await using var desk = await Releasing.Begin(db, postgres);
        await desk.DraftRoot();

        (await desk.SignRoot("Anna")).Is(0).Says("It needs more people");
        (await desk.SignRoot("Anna")).Is(1).Says("Anna has signed root version 1 already");
        (await Command.Run("root", "submit", desk["root.json"], "--server", desk.Server, "--token-file", desk["token.signer"])).Is(1).Says("lacks signatures");
        var unsigned = await File.ReadAllTextAsync(desk["root.json"]);
        var (status, body) = await desk.Publisher.Api("/trust/root", await desk.Token("Signer"), new { draft = unsigned });
        Assert.Equal((HttpStatusCode.Conflict, "repository.plan"), (status, body.GetProperty("code").GetString()));
        (status, _) = await desk.Publisher.Api("/trust/root", await desk.Token("Developer"), new { draft = unsigned });
        Assert.Equal(HttpStatusCode.Forbidden, status);

        (status, body) = await desk.Publisher.Api("/trust/root", await desk.Token("Signer"), new { draft = Encoding.UTF8.GetString(ForeignRoot.Signed(test: true).ToBytes()) });
        Assert.Equal((HttpStatusCode.Conflict, "repository.test-root"), (status, body.GetProperty("code").GetString()));
        (status, body) = await desk.Publisher.Api("/trust/root", await desk.Token("Signer"), new { draft = Encoding.UTF8.GetString(ForeignRoot.Signed(test: false).ToBytes()) });
        Assert.Equal((HttpStatusCode.Conflict, "repository.other-keys"), (status, body.GetProperty("code").GetString()));
        (status, body) = await desk.Publisher.Api("/trust/root", await desk.Token("Signer"), new { draft = "<script>" });
        Assert.Equal((HttpStatusCode.BadRequest, "malformed"), (status, body.GetProperty("code").GetString()));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_signature_over_other_bytes_or_by_anybody_else_counts_for_nothing(Db db)
    {
        await using var desk = await Releasing.Begin(db, postgres);
        await desk.Root();
        var update = await desk.Draft();
        (await desk.Publisher.SendTo(await desk.Publisher.Get(update), update + "/describe", update + "/submit", ("password", World.Password)))
            .Is(HttpStatusCode.Conflict).Shows("The gate is closed");
        await desk.Describe(update);
        (await desk.Upload(update)).Is(0);
        var stale = await desk.Publisher.Get(update);
        (await desk.Publisher.Submit(update, update + "/describe", ("severity", "low"), ("downtimeMinutes", "0"))).Is(HttpStatusCode.OK).Shows("The document says nothing under 'rollback'");
        (await desk.Publisher.Send(stale, update + "/submit", ("password", World.Password))).Is(HttpStatusCode.Conflict).Shows("update.described");
        await desk.Describe(update);
        (await desk.Submit(update)).Is(HttpStatusCode.OK);

        var id = Releasing.IdOf(update);
        using var signer = desk.World.Visitor();
        var drafts = await desk.Drafts(update);
        var key = drafts[0].Duties[0].Keys[0].KeyId;
        object Forged(string keyId) => new { keyId, roles = drafts.Select(draft => draft.Role), signatures = drafts.Select(_ => new string('0', 140)) };

        Assert.Equal("update.bad-signature", await Code(signer, id, await desk.Token("Signer"), Forged(key)));
        Assert.Equal("update.bad-signature", await Code(signer, id, await desk.Token("Signer"), Forged(new string('a', 64))));
        Assert.Equal("access.role", await Code(signer, id, await desk.Token("Developer"), Forged(key)));
        Assert.Equal("malformed", await Code(signer, id, await desk.Token("Signer"), new { keyId = key, roles = (string[])["root"], signatures = (string[])["00"] }));
        (await desk.Publisher.Get(update)).Shows("0 of 2 people have signed");

        // A root that somebody was given by hand protects against a server that shows another.
        await File.WriteAllTextAsync(desk["other.root.json"], "{}");
        (await desk.Sign(update, "Anna", "--root", desk["other.root.json"])).Is(1).Says("Do not sign");
        (await desk.Sign(update, "Anna", "--root", desk.Metadata("1.root.json"))).Is(0);
        (await desk.Publish(update, expectForm: false)).Is(HttpStatusCode.Conflict).Shows("1 of 2 people have signed");
        (await desk.Publisher.Submit(update, update + "/return", ("reason", "<script>alert(1)</script>"))).Is(HttpStatusCode.OK);
        var returned = await desk.Publisher.Get(update);
        Assert.DoesNotContain("<script>alert", returned.Html, StringComparison.Ordinal);
        returned.Shows("<script>alert(1)</script>").Shows("Nothing is missing");
    }

    private static async Task<string> Code(Visitor signer, string update, string token, object body) =>
        (await signer.Api($"/updates/{update}/signatures", token, body)).Body.GetProperty("code").GetString()!;
}
