using Aftercare.Ledger;
using Aftercare.Server.Notices;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Updates;

namespace Aftercare.Server.Statements;

/// <summary>Takes back a statement that was wrong. Look-ups answer from then on that there is none.</summary>
public static class SupersedeStatement
{
    public sealed record Command(Guid Id, int Seen, string Reason);

    internal static void Map(IEndpointRouteBuilder app) => app.Map(new Change<Command>(
        Face.Desk, "/statements/{id:guid}/supersede", [Role.Publisher, Role.Lead, Role.Quality],
        fields => new(fields.Id("id"), fields.Seen(), fields.Text("reason", 2000)), Handle));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Statement>(command.Id, command.Seen, stop)).Refused(out var why, out var statement))
            return why;
        if (statement.Supersede(null, command.Reason, store.Actor).Refused(out why, out var superseded))
            return why;
        await PostNotices.Cause(store, statement.Id, statement.Version + 1, stop);
        return await store.Record(new Done($"/desk/statements/{statement.Id:D}", statement.Id), stop, Change.To(statement, superseded));
    }
}
