using System.Net;
using System.Text;
using System.Text.Json;
using Aftercare.Ledger;
using Aftercare.Server.Evidence;
using Aftercare.SystemTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Aftercare.SystemTests.Evidence;

/// <summary>What leaves the house as evidence, checked by the command as an auditor would, without the server.</summary>
public sealed class PackTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_auditor_takes_a_pack_and_checks_it_without_the_server(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var @case = await world.MakeCase();
        using var auditor = await world.Auditor("Aud", @case);
        var fingerprint = await world.Fingerprint();

        var (status, pack) = await auditor.TakePack($"/audit/chains/{@case:D}");
        Assert.Equal(HttpStatusCode.OK, status);

        var verified = (await Command.Run("audit", "verify", pack, "--keys", fingerprint)).Is(0)
            .Says("VERIFIED").Says("server (statements)").Says("made for the role auditor").Says("1 signatures of people bound");
        Assert.DoesNotContain("Sam Signer", verified.Output, StringComparison.Ordinal);
        (await Command.Run("audit", "verify", pack)).Is(1).Says("NOT PROVEN").Says(fingerprint);
        (await Command.Run("audit", "verify", pack, "--keys", "dead beef")).Is(1).Says("REFUSED").Says("another key");
        var json = JsonDocument.Parse((await Command.Run("audit", "verify", pack, "--keys", fingerprint, "--json")).Is(0).Output).RootElement;
        Assert.True(json.GetProperty("verified").GetBoolean());
        Assert.Equal(0, json.GetProperty("findings").GetArrayLength());
        Assert.Equal(4, json.GetProperty("provedEntries").GetInt32());

        // That it was made is on record, with the digest of what was signed.
        await using var store = world.Store();
        var made = await (await store.Rows<PackRow>(default)).SingleAsync();
        Assert.Equal((@case, false), (made.Case, made.Originals));
        (await auditor.Get($"/audit/chains/{@case:D}")).Shows(made.Manifest);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Every_member_that_is_tampered_with_is_named(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var @case = await world.MakeCase();
        using var quality = await world.Person("Quinn", Role.Quality);
        var fingerprint = await world.Fingerprint();
        var (_, pack) = await quality.TakePack(@case);
        var names = PackWorld.Members(pack).ConvertAll(member => member.Name);

        // All at once, each in its turn named: a byte more in every member but the manifest.
        var changed = PackWorld.Tampered(pack, members => members.Select(member => member.Name.EndsWith(".dsse.json", StringComparison.Ordinal) ? member : (member.Name, [.. member.Bytes, (byte)' '])));
        var answer = (await Command.Run("audit", "verify", changed, "--keys", fingerprint)).Is(1).Says("REFUSED");
        Assert.All(names.Where(name => !name.EndsWith(".dsse.json", StringComparison.Ordinal)), name => answer.Says($"changed: {name}"));
        Assert.Contains("ledger/", string.Join(' ', names), StringComparison.Ordinal);

        (await Verify(members => members.Where(member => member.Name != "chain.html"))).Is(1).Says("missing: chain.html");
        (await Verify(members => members.Append(("notes.txt", "Trust me."u8.ToArray())))).Is(1).Says("extra: notes.txt");

        var (first, second) = (names.First(name => name.EndsWith(".entry", StringComparison.Ordinal)), names.Last(name => name.EndsWith(".entry", StringComparison.Ordinal)));
        (await Verify(members => members.Select(member => (member.Name == first ? second : member.Name == second ? first : member.Name, member.Bytes))))
            .Is(1).Says($"changed: {first}").Says($"it holds the bytes of {second}");

        // Nobody's pack.
        (await Verify(members => members.Where(member => !member.Name.EndsWith(".dsse.json", StringComparison.Ordinal)))).Is(1).Says("nobody vouches");
        (await Verify(members => members.Select(member => member.Name.EndsWith(".dsse.json", StringComparison.Ordinal) ? (member.Name, Unsigned(member.Bytes)) : member))).Is(1).Says("REFUSED");
        await File.WriteAllBytesAsync(pack, (await File.ReadAllBytesAsync(pack))[..^100]);
        (await Command.Run("audit", "verify", pack, "--keys", fingerprint)).Is(1).Says("REFUSED");

        Task<Command.Result> Verify(Func<List<(string Name, byte[] Bytes)>, IEnumerable<(string Name, byte[] Bytes)>> change) =>
            Command.Run("audit", "verify", PackWorld.Tampered(pack, change), "--keys", fingerprint);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_pack_holds_originals_only_for_quality_who_asked_and_hostile_words_only_as_words(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var @case = await world.MakeCase("<script>alert(1)</script> & co");
        using var quality = await world.Person("Quinn", Role.Quality);
        using var lead = await world.Person("Lena", Role.Lead);
        using var analyst = await world.Person("Ana", Role.Analyst);

        var (_, plain) = await quality.TakePack(@case);
        Assert.DoesNotContain(PackWorld.Members(plain), member => member.Name.StartsWith("originals/", StringComparison.Ordinal));
        var html = Encoding.UTF8.GetString(PackWorld.Members(plain).Single(member => member.Name == "chain.html").Bytes);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);

        var page = await quality.Get($"/desk/chains/{@case:D}");
        var (status, full) = await quality.TakePack(@case, page, ("originals", "true"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(PackWorld.Members(full), member => member.Name.EndsWith("texts.json", StringComparison.Ordinal) && Encoding.UTF8.GetString(member.Bytes).Contains("accepts a command twice", StringComparison.Ordinal));

        // The same form again makes no second pack; nor do those who may not.
        Assert.Equal(HttpStatusCode.Conflict, (await quality.TakePack(@case, page, ("originals", "true"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await lead.TakePack(@case, null, ("originals", "true"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await lead.TakePack(@case)).Status);
        var open = await analyst.Get($"/desk/chains/{@case:D}");
        Assert.DoesNotContain("Make the evidence pack", open.Text, StringComparison.Ordinal);
        await using var store = world.Store();
        Assert.Equal(3, await (await store.Rows<PackRow>(default)).CountAsync());
    }

    private static byte[] Unsigned(byte[] envelope) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["payload"] = JsonDocument.Parse(envelope).RootElement.GetProperty("payload").GetString()!,
            ["payloadType"] = JsonDocument.Parse(envelope).RootElement.GetProperty("payloadType").GetString()!,
            ["signatures"] = new[] { new Dictionary<string, string> { ["sig"] = Convert.ToBase64String(new byte[70]) } },
        });
}
