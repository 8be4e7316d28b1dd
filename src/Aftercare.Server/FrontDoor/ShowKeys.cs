using System.Collections.Immutable;
using System.Security.Cryptography;
using Aftercare.Ledger;
using Aftercare.Server.Evidence;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Trust;
using Aftercare.Trust.Keys;
using Aftercare.Trust.Tuf;

namespace Aftercare.Server.FrontDoor;

/// <summary>Which keys speak for us, for everybody who checks something of ours.</summary>
public static class ShowKeys
{
    /// <param name="FirstSha256">Of <c>1.root.json</c>, lowercase hex.</param>
    /// <param name="Sha256">Of the newest root.</param>
    /// <param name="Expires">In milliseconds since 1970.</param>
    /// <param name="People">The fingerprints of the keys that may sign it.</param>
    public sealed record RootKeys(long Version, string FirstSha256, string Sha256, long Expires, ImmutableArray<string> People);

    /// <param name="Root">Null before the first one.</param>
    public sealed record Model(PublicKey Statements, string Log, RootKeys? Root);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var (keys, repository) = (app.ServiceProvider.GetRequiredService<OnlineKeys>(), app.ServiceProvider.GetRequiredService<RepositoryKeeper>());
        var files = new TufStore(app.ServiceProvider.GetRequiredService<Installation>().Data.Repository);
        var witness = app.ServiceProvider.GetRequiredService<LogWitness>();
        app.MapPage<KeysPage, Model>(Face.FrontDoor, "/keys", Allowed.Anyone, async (store, _, stop) =>
            Outcome.Of(new Model(keys.Statements.PublicKey, witness.Key((await store.Checkpoint(stop))?.Generation ?? 1).ToString(), await Root(repository, files, stop))));
    }

    // A repository that is damaged is for the desk to mend; here it is as if there were none.
    private static async Task<RootKeys?> Root(RepositoryKeeper repository, TufStore files, CancellationToken stop)
    {
        if ((await repository.Look(stop)).Refused(out _, out var look) || look.Published?.Root is not { } root)
            return null;
        var first = await File.ReadAllBytesAsync(Path.Combine(files.MetadataFolder, "1.root.json"), stop);
        return new RootKeys(
            root.Role.Version, Convert.ToHexStringLower(SHA256.HashData(first)), Convert.ToHexStringLower(SHA256.HashData(root.Bytes.Span)),
            root.Role.Expires.ToUnixTimeMilliseconds(), [.. root.Role.KeysOf("root").Select(key => key.Fingerprint)]);
    }
}
