using System.Text;
using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Evidence;

/// <summary>The whole way of a case on one page, and the proof of each step that it stands in the log.</summary>
public static class ShowChain
{
    /// <param name="LogKey">What verifies the log's checkpoint.</param>
    public sealed record Model(Chain Chain, string? LogKey, bool MayMake, bool MayTakeOriginals);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var witness = app.ServiceProvider.GetRequiredService<LogWitness>();
        app.MapPage<ChainPage, Model>(Face.Desk, "/chains/{id:guid}", Allowed.Readers, (store, fields, stop) => Load(witness, store, fields, stop));
        app.MapRead(Face.Desk, "/desk/proofs/{index}", Allowed.Readers, (store, fields, stop) => Proof(witness, store, fields, stop));
    }

    private static async Task<Outcome<Model>> Load(LogWitness witness, Store store, Fields fields, CancellationToken stop)
    {
        if (await Chains.Find(store, fields.Id("id"), names: true, stop) is not { } chain)
            return Refusal.Invisible;
        // Looking back, nothing can be made.
        var live = store.Viewer.AsOf is null;
        return new Model(chain, chain.Checkpoint is { } checkpoint ? witness.Key(checkpoint.Generation).ToString() : null,
            live && EvidencePack.MayMake(originals: false, store.Actor) is null, live && EvidencePack.MayMake(originals: true, store.Actor) is null);
    }

    /// <summary>A proof says nothing of what the entry holds, so whoever reads at the desk may have any.</summary>
    private static async Task<Outcome<IResult>> Proof(LogWitness witness, Store store, Fields fields, CancellationToken stop)
    {
        if (fields.ParseOrNull<long>("index", "a place in the log") is not (>= 0 and var index) || await store.Checkpoint(stop) is not { } checkpoint || index >= checkpoint.Size)
            return Refusal.Invisible;
        if (!witness.IsPublished(checkpoint))
            return Refusal.State("log.behind", "The log is being written. Try again in a second.");
        var proof = witness.ProofsFor(checkpoint)(index).ToString();
        return Outcome.Of(Results.File(Encoding.UTF8.GetBytes(proof), "text/plain; charset=utf-8", $"{index}.tlog-proof"));
    }
}
