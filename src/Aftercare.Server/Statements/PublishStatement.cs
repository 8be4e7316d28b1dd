using Aftercare.Ledger;
using Aftercare.Server.Notices;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Statements;

/// <summary>Tells the world, by a second person. The statement that stood for the same update and release is superseded at the same moment, so that no two contradict.</summary>
public static class PublishStatement
{
    public sealed record Command(Guid Id, int Seen);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/statements/{id:guid}/publish", [Role.Publisher, Role.Lead, Role.Quality], fields => new(fields.Id("id"), fields.Seen()), Handle));

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Statement>(command.Id, command.Seen, stop)).Refused(out var why, out var statement))
            return why;
        if (statement.Publish(store.Actor).Refused(out why, out var published))
            return why;
        await store.Alone($"statement.of:{statement.Release:D}", stop);
        var changes = new List<Change> { Change.To(statement, published) };
        foreach (var before in await Standing(store, statement, stop))
        {
            if (before.Supersede(statement.Id, "A newer statement takes its place.", store.Actor).Refused(out why, out var superseded))
                return why;
            changes.Add(Change.To(before, superseded));
        }
        await PostNotices.Cause(store, statement.Id, statement.Version + 1, stop);
        return await store.Record(new Done($"/desk/statements/{statement.Id:D}", statement.Id), stop, [.. changes]);
    }

    private static async Task<List<Statement>> Standing(Store store, Statement statement, CancellationToken stop)
    {
        var key = ThirdPartyUpdate.KeyOf(statement.Update.Identifier);
        var ids = await (await store.Rows<StatementRow>(stop))
            .Where(row => row.Release == statement.Release && row.Item == statement.Item && row.Key == key && row.Stage == StatementStage.Published)
            .Select(row => row.Subject).ToListAsync(stop);
        var standing = new List<Statement>();
        foreach (var id in ids)
            standing.Add((await store.Find<Statement>(id, stop))!);
        return standing;
    }
}
