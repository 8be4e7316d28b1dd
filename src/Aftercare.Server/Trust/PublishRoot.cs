using Aftercare.Ledger;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Trust;

/// <summary>Makes a proposed root the one that the world trusts. Signed, and by another person than the one who proposed it.</summary>
public static class PublishRoot
{
    public sealed record Command(int Seen);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var keeper = app.ServiceProvider.GetRequiredService<RepositoryKeeper>();
        app.MapForm(new Change<Command>(Face.Desk, "/trust/root/publish", [Role.Administrator, Role.Quality],
            fields => new Command(fields.Seen()), (store, command, stop) => keeper.PublishRoot(store, command.Seen, stop)));
    }
}
