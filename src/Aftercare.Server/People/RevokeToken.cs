using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.People;

/// <summary>Ends a token at once.</summary>
public static class RevokeToken
{
    public sealed record Command(Guid Id, int Seen, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(
            Face.Desk, "/tokens/{id:guid}/revoke", Allowed.Desk, fields => new Command(fields.Id("id"), fields.Seen(), fields.Text("reason", 500)), Handle));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Token>(command.Id, command.Seen, stop)).Refused(out var why, out var token))
            return why;
        if (token.Revoke(command.Reason, store.Actor).Refused(out why, out var revoked))
            return why;
        await store.UseUpAll(SecretPurpose.Token, token.Id, stop);
        return await store.Record(new Done("/desk/tokens", token.Id), stop, Change.To(token, revoked));
    }
}
