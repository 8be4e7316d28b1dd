using System.Collections.Immutable;
using System.Text;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Trust.Tuf;
using Role = Aftercare.Ledger.Role;

namespace Aftercare.Server.Trust;

/// <summary>Takes the root of trust that its people have signed. A second person publishes it.</summary>
public static class SubmitRoot
{
    internal const int MaxDraft = 500_000;

    private static ImmutableArray<Role> Proposers { get; } = [Role.Signer, Role.Publisher, Role.Administrator, Role.Quality];

    /// <param name="Draft">The file that went round the signers, as text.</param>
    public sealed record Command(string Draft);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var keeper = app.ServiceProvider.GetRequiredService<RepositoryKeeper>();
        app.Map(new Change<Command>(Face.Desk, "/trust/root", Proposers,
            fields => new Command(fields.Text("draft", MaxDraft)), (store, command, stop) => Handle(keeper, store, command, stop)));
    }

    private static async Task<Outcome<Done>> Handle(RepositoryKeeper keeper, Store store, Command command, CancellationToken stop)
    {
        try
        {
            var draft = RoleDraft.Parse(Encoding.UTF8.GetBytes(command.Draft));
            return draft.Role == "root" ? await keeper.ProposeRoot(store, draft, stop) : Refusal.Malformed("draft", $"This is a draft of {draft.Role}, not of a root.");
        }
        catch (TufPlanException fault)
        {
            return Refusal.Malformed("draft", fault.Message);
        }
    }
}
