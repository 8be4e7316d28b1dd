using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Xunit;

namespace Aftercare.SystemTests.Platform.Storage;

/// <summary>21 CFR Part 11 §11.50, §11.70, §11.200: a signature carries name, meaning and time, is bound to what it signs, and follows a fresh proof.</summary>
public sealed class SignatureTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_signed_step_without_a_fresh_proof_is_refused_and_with_one_it_is_bound_to_what_it_signs(Db db)
    {
        await using var ledgers = await Ledgers.Begin(db, postgres);
        var draft = await Draft(ledgers);
        var quinn = new Viewer { Actor = Actor.Person(Store.NewId(), Role.Quality), Name = "Quinn Quality" };

        Assert.Equal(Because.Signature, (await Approve(ledgers, draft, quinn)).Why!.Because);
        var stale = quinn with { ProvedAt = Now().Plus(-Store.Fresh - TimeSpan.FromSeconds(1)) };
        Assert.Equal("signature.prove-again", (await Approve(ledgers, draft, stale)).Why!.Code);
        Assert.Equal(1, await Tables.Count(ledgers.Database, "SELECT count(*) FROM entries"));

        var (why, entry) = await Approve(ledgers, draft, quinn with { ProvedAt = Now() });

        Assert.Null(why);
        Assert.Equal(("Quinn Quality", "Approval of the disclosure policy", entry!.At), (entry.Signature!.PrintedName, entry.Signature.Meaning, entry.Signature.At));
        Assert.Equal(Entry.DigestOf(draft, 2, new PolicyEvent.Approved()), entry.Signature.Digest);
        Assert.Equal((quinn.Actor.Id, Role.Quality), (entry.Head.Actor, entry.Head.Role));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Whoever_lacks_the_role_of_a_step_records_nothing_even_past_the_verb(Db db)
    {
        await using var ledgers = await Ledgers.Begin(db, postgres);
        var draft = await Draft(ledgers);
        var ana = new Viewer { Actor = Actor.Person(Store.NewId(), Role.Analyst), Name = "Ana", ProvedAt = Now() };

        await using var store = ledgers.Store(viewer: ana);
        var recorded = await store.Record(new Done("/", draft), Stop, Change.To((await store.Find<DisclosurePolicy>(draft, Stop))!, new PolicyEvent.Approved()));

        Assert.True(recorded.Refused(out var why, out _));
        Assert.Equal("policy.wrong-role", why.Code);
        Assert.Equal(1, await Tables.Count(ledgers.Database, "SELECT count(*) FROM entries"));
    }

    private static Instant Now() => Instant.From(DateTimeOffset.UtcNow);

    private static async Task<Guid> Draft(Ledgers ledgers)
    {
        var lena = new Viewer { Actor = Actor.Person(Store.NewId(), Role.Lead), Name = "Lena" };
        await using var store = ledgers.Store(viewer: lena);
        var id = Store.NewId();
        var drafted = new PolicyEvent.Drafted(1, "Reporting vulnerabilities", "en", [.. Enum.GetValues<PolicyElement>().Select(element => new PolicySection(element, $"About {element}."))], 5, 30);
        _ = (await store.Record(new Done("/", id), Stop, Change.Begin(id, DisclosurePolicy.Draft(drafted, store.Actor).Value))).Value;
        return id;
    }

    private static async Task<(Refusal? Why, Entry? Entry)> Approve(Ledgers ledgers, Guid id, Viewer viewer)
    {
        await using var store = ledgers.Store(viewer: viewer);
        var policy = (await store.Find<DisclosurePolicy>(id, Stop))!;
        var recorded = await store.Record(new Done("/", id), Stop, Change.To(policy, policy.Approve(store.Actor).Value));
        return recorded.Refused(out var why, out _) ? (why, null) : (null, (await store.History<DisclosurePolicy>(id, Stop))[^1]);
    }
}
