using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.People;

/// <summary>Makes a token for a machine; the secret is shown once and kept as a hash.</summary>
public static class IssueToken
{
    public sealed record Command(string Name, ImmutableArray<Role> Scope, int Days);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var once = app.ServiceProvider.GetRequiredService<ShownOnce>();
        app.MapForm(new Change<Command>(Face.Desk, "/tokens/issue", Token.Issuers, Parse, (store, command, stop) => Handle(store, once, command, stop)));
    }

    private static Command Parse(Fields fields) => new(fields.Text("name", 100), fields.ManyOf<Role>("scope"), fields.Number("days", 1, (int)Token.MaxLife.TotalDays));

    private static async Task<Outcome<Done>> Handle(Store store, ShownOnce once, Command command, CancellationToken stop)
    {
        // A token that could make tokens would outlive its own end.
        if (store.Viewer.Person is not { } owner)
            return Refusal.Role("token.by-machine", "Only a person makes a token.");
        var expires = store.Now.Plus(TimeSpan.FromDays(command.Days));
        if (Token.Issue(owner, command.Name, command.Scope, expires, store.Now, store.Actor).Refused(out var why, out var issued))
            return why;
        var id = Store.NewId();
        var secret = await store.IssueSecret(SecretPurpose.Token, id, expires, stop, string.Join(' ', command.Scope));
        return await store.Record(once.Tell(new Done("/desk/tokens", id), "token", secret, store.Viewer), stop, Change.Begin(id, issued));
    }
}
