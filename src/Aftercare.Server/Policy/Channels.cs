using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Policy;
using Aftercare.Reports;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Policy;

/// <summary>The ways in for reports: who answers for each, and whether it works.</summary>
public static class Channels
{
    public sealed record Command<T>(Guid Id, int Seen, T Said);

    /// <param name="People">Names by id, of everybody here and of those who answer for a channel.</param>
    /// <param name="Here">Everybody who can answer for a channel.</param>
    public sealed record Model(List<IntakeChannel> All, Dictionary<Guid, string> People, ImmutableArray<Guid> Here, bool MayOpen, Actor Viewer)
    {
        public ImmutableArray<Step> Steps(IntakeChannel channel) => [.. IntakeChannel.Life.Open(channel.Stage, Viewer)];
    }

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<ChannelsPage, Model>(Face.Desk, "/channels", Allowed.Readers, (store, _, stop) => Load(store, stop));
        app.Map(new Change<IntakeChannelEvent.Opened>(Face.Desk, "/channels/open", Allowed.Desk, ParseOpened, Open));
        app.MapStep("hand-over", fields => (Owner: fields.Id("owner"), Deputy: fields.IdOrNull("deputy")), (channel, said, store) => channel.HandOver(said.Owner, said.Deputy, store.Actor));
        app.MapStep("test", fields => (On: fields.Stated("on"), Result: fields.OneOf<TestOutcome>("result"), Finding: fields.Text("finding", 2000)),
            (channel, said, store) => channel.Test(said.On, said.Result, said.Finding, store.Now, store.Actor));
        app.MapStep("close", fields => fields.Text("reason", 2000), (channel, reason, store) => channel.Close(reason, store.Actor));
    }

    private static void MapStep<T>(this IEndpointRouteBuilder app, string step, Func<Fields, T> parse, Func<IntakeChannel, T, Store, Outcome<IntakeChannelEvent>> decide) =>
        app.Map(new Change<Command<T>>(Face.Desk, $"/channels/{{id:guid}}/{step}", Allowed.Desk, fields => new(fields.Id("id"), fields.Seen(), parse(fields)), async (store, command, stop) =>
        {
            if ((await store.Find<IntakeChannel>(command.Id, command.Seen, stop)).Refused(out var why, out var channel))
                return why;
            if (decide(channel, command.Said, store).Refused(out why, out var happened))
                return why;
            if (happened is IntakeChannelEvent.HandedOver over && await Unknown(store, over.Owner, over.Deputy, stop) is { } unknown)
                return unknown;
            return await store.Record(new Done("/desk/channels", channel.Id), stop, Change.To(channel, happened));
        }));

    private static IntakeChannelEvent.Opened ParseOpened(Fields fields) => new(
        fields.Text("name", 200), fields.OneOf<Channel>("wire"), fields.ManyOf<SourceCategory>("sources"), fields.Id("owner"), fields.IdOrNull("deputy"), fields.Text("procedure", 200));

    internal static async Task<Outcome<Done>> Open(Store store, IntakeChannelEvent.Opened command, CancellationToken stop)
    {
        if (IntakeChannel.Open(command, store.Actor).Refused(out var why, out var opened))
            return why;
        if (await Unknown(store, command.Owner, command.Deputy, stop) is { } unknown)
            return unknown;
        var id = Store.NewId();
        return await store.Record(new Done("/desk/channels", id), stop, Change.Begin(id, opened));
    }

    private static async Task<Refusal?> Unknown(Store store, Guid owner, Guid? deputy, CancellationToken stop)
    {
        var here = await Here(store, stop);
        return !here.Contains(owner) ? Refusal.Malformed("owner", "Choose somebody who works here.")
            : deputy is { } second && !here.Contains(second) ? Refusal.Malformed("deputy", "Choose somebody who works here.")
            : null;
    }

    private static async Task<ImmutableArray<Guid>> Here(Store store, CancellationToken stop) =>
        [.. (await (await store.Rows<PersonRow>(stop)).Where(row => row.Standing == Standing.Active).ToListAsync(stop))
            .Where(row => row.Roles.Any(role => Allowed.Desk.Contains(role))).Select(row => row.Subject)];

    private static async Task<Outcome<Model>> Load(Store store, CancellationToken stop)
    {
        var ids = await (await store.Rows<IntakeChannelRow>(stop)).OrderBy(row => row.Name).Select(row => row.Subject).ToListAsync(stop);
        var channels = new List<IntakeChannel>();
        await foreach (var channel in store.Each<IntakeChannel>(ids, stop))
            channels.Add(channel);
        var here = await Here(store, stop);
        var named = here.Concat(channels.Select(channel => channel.Owner)).Concat(channels.Select(channel => channel.Deputy).OfType<Guid>()).Distinct().ToList();
        var live = store.Viewer.AsOf is null;
        return new Model(
            [.. channels.OrderBy(channel => channel.Stage).ThenBy(channel => channel.Name, StringComparer.Ordinal)],
            (await store.ContactsOf(named, stop)).ToDictionary(pair => pair.Key, pair => pair.Value.Name), here,
            live && IntakeChannel.Life.Bars("open", null, null, store.Actor) is null, live ? store.Actor : new Actor(store.Actor.Id, []));
    }
}
