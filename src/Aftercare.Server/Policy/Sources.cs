using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Reports;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Policy;

/// <summary>The seven sources of reports: by which ways each is heard, when it was last heard, and in which days it is signed that it was silent.</summary>
public static class Sources
{
    /// <value>4,000 characters.</value>
    public const int MaxReason = 4000;

    /// <param name="Seen">The version of the source's statements that its author saw; 0 before the first.</param>
    public sealed record Command<T>(SourceCategory Source, int Seen, T Said);

    /// <summary>A signed silence, weighed against what has come to light since.</summary>
    /// <param name="Against">The reports that contradict it.</param>
    public sealed record Weighed(SignedSilence Silence, ImmutableArray<HeardReport> Against);

    /// <param name="Channels">That take its reports; open ones first.</param>
    /// <param name="Heard">How many reports there are from it.</param>
    /// <param name="Last">The newest of them.</param>
    /// <param name="LastTest">The newest test of one of its channels, and which.</param>
    /// <param name="Silences">Newest first.</param>
    /// <param name="From">Where the next period would begin; null: nothing stands yet.</param>
    public sealed record One(
        SourceCategory Source, int Version, ImmutableArray<IntakeChannel> Channels, int Heard, HeardReport? Last, (IntakeChannel Channel, ChannelTest Test)? LastTest, ImmutableArray<Weighed> Silences, DateOnly? From);

    /// <param name="People">Names by id.</param>
    /// <param name="Here">Who has not left.</param>
    /// <param name="Latest">The last day that is over, in the manufacturer's zone.</param>
    public sealed record Model(ImmutableArray<One> All, Dictionary<Guid, string> People, ImmutableHashSet<Guid> Here, bool MaySign, DateOnly Latest);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<SourcesPage, Model>(Face.Desk, "/sources", Allowed.Readers, (store, _, stop) => Load(store, stop));
        app.Map(new Change<Command<Period>>(Face.Desk, "/sources/review-silence", Allowed.Desk, fields => Parse(fields, new Period(fields.Day("from"), fields.Day("through"))), ReviewSilence));
        app.Map(new Change<Command<(DateOnly From, string Reason)>>(Face.Desk, "/sources/take-back-silence", Allowed.Desk, fields => Parse(fields, (fields.Day("from"), fields.Text("reason", MaxReason))), TakeBackSilence));
    }

    private static Command<T> Parse<T>(Fields fields, T said) => new(fields.OneOf<SourceCategory>("source"), fields.Seen(), said);

    internal static async Task<Outcome<Done>> ReviewSilence(Store store, Command<Period> command, CancellationToken stop)
    {
        var (id, by) = (WatchedSource.IdOf(command.Source), store.Actor);
        if (await Stale(store, id, command.Seen, stop) is { } stale)
            return stale;
        var before = await store.Find<WatchedSource>(id, stop);
        if ((before ?? new WatchedSource()).ReviewSilence(command.Source, command.Said, await Around(store, command.Source, stop), store.Now, by).Refused(out var why, out var signed))
            return why;
        if (before is not null)
            return await store.Record(Done(id), stop, Change.To(before, signed));
        return WatchedSource.Watch(command.Source, by).Refused(out why, out var begun) ? why : await store.Record(Done(id), stop, Change.Begin(id, begun, signed));
    }

    private static async Task<Outcome<Done>> TakeBackSilence(Store store, Command<(DateOnly From, string Reason)> command, CancellationToken stop)
    {
        if ((await store.Find<WatchedSource>(WatchedSource.IdOf(command.Source), command.Seen, stop)).Refused(out var why, out var source))
            return why;
        return source.TakeBackSilence(command.Said.From, command.Said.Reason, store.Actor).Refused(out why, out var taken) ? why : await store.Record(Done(source.Id), stop, Change.To(source, taken));
    }

    // The first statement begins the subject; there was nothing that its author could see.
    private static async Task<Refusal?> Stale(Store store, Guid id, int seen, CancellationToken stop) =>
        await store.Find<WatchedSource>(id, stop) is not null && (await store.Find<WatchedSource>(id, seen, stop)).Refused(out var stale, out _) ? stale : null;

    private static Done Done(Guid id) => new("/desk/sources", id);

    private static async Task<SourceSurroundings> Around(Store store, SourceCategory source, CancellationToken stop) =>
        new([.. (await Channels(store, stop)).Where(channel => channel.Sources.Contains(source))], await SourceReports.Of(store, source, stop), await Zone(store, stop));

    private static async Task<TimeZoneInfo> Zone(Store store, CancellationToken stop) => (await (await store.Rows<OrganisationRow>(stop)).SingleAsync(stop)).TimeZone;

    private static async Task<List<IntakeChannel>> Channels(Store store, CancellationToken stop)
    {
        var channels = new List<IntakeChannel>();
        await foreach (var channel in store.Each<IntakeChannel>(await (await store.Rows<IntakeChannelRow>(stop)).Select(row => row.Subject).ToListAsync(stop), stop))
            channels.Add(channel);
        return channels;
    }

    private static async Task<Outcome<Model>> Load(Store store, CancellationToken stop)
    {
        var channels = await Channels(store, stop);
        var all = ImmutableArray.CreateBuilder<One>();
        foreach (var source in Enum.GetValues<SourceCategory>())
            all.Add(Shown(source, channels, await store.Find<WatchedSource>(WatchedSource.IdOf(source), stop), await SourceReports.Of(store, source, stop)));
        var named = channels.SelectMany(channel => new[] { channel.Owner, channel.Deputy ?? channel.Owner }).Distinct().ToList();
        var here = await (await store.Rows<PersonRow>(stop)).Where(row => named.Contains(row.Subject) && row.Standing == Aftercare.People.Standing.Active).Select(row => row.Subject).ToListAsync(stop);
        return new Model(all.ToImmutable(), (await store.ContactsOf(named, stop)).ToDictionary(pair => pair.Key, pair => pair.Value.Name), [.. here],
            store.Viewer.AsOf is null && WatchedSource.Life.Bars("review-silence", null, null, store.Actor) is null, store.Now.DayIn(await Zone(store, stop)).AddDays(-1));
    }

    private static One Shown(SourceCategory source, List<IntakeChannel> channels, WatchedSource? watched, ImmutableArray<HeardReport> reports)
    {
        ImmutableArray<IntakeChannel> ways = [.. channels.Where(channel => channel.Sources.Contains(source)).OrderBy(channel => channel.Stage).ThenBy(channel => channel.Name, StringComparer.Ordinal)];
        var tests = ways.SelectMany(channel => channel.Tests.Select(test => (Channel: channel, Test: test))).OrderByDescending(one => one.Test.Said.On.Earliest).ThenByDescending(one => one.Test.Recorded).ToList();
        var standing = watched?.Standing.ToList() ?? [];
        return new One(source, watched?.Version ?? 0, ways, reports.Length, reports.IsEmpty ? null : reports[^1], tests.Count == 0 ? null : tests[0],
            [.. (watched?.Silences ?? []).OrderByDescending(silence => silence.Said.From).ThenByDescending(silence => silence.At).Select(silence => new Weighed(silence, silence.ContradictedBy(reports)))],
            standing.Count == 0 ? null : standing.Max(silence => silence.Said.Through).AddDays(1));
    }
}
