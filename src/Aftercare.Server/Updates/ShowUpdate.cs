using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Trust.Tuf;
using Aftercare.Updates;

namespace Aftercare.Server.Updates;

/// <summary>One update: what is missing, its document, what it fixes, its files, and how far its signing has come.</summary>
public static class ShowUpdate
{
    /// <summary>Somebody who may sign.</summary>
    public sealed record Signer(string Custodian, bool HasSigned);

    /// <param name="Threshold">How many of the signers are needed.</param>
    public sealed record Signing(int Threshold, ImmutableArray<Signer> Signers)
    {
        public int Count => Signers.Count(signer => signer.HasSigned);
        public bool IsComplete => Count >= Threshold;
    }

    /// <param name="Fixable">The vulnerabilities that it could name as mended.</param>
    /// <param name="Signing">Null unless it waits for signatures.</param>
    public sealed record Model(
        Update Update, Product Product, string ToRelease, ImmutableArray<string> FromReleases, ImmutableArray<Missing> Gate, List<NameFixes.Candidate> Fixable, Signing? Signing,
        ImmutableDictionary<string, Step<UpdateStage>> Steps, ImmutableArray<TimelineItem> History);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<UpdatePage, Model>(Face.Desk, "/updates/{id:guid}", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Update>(fields.Id("id"), stop) is not { } update || await store.Find<Product>(update.Product, stop) is not { } product)
            return Refusal.Invisible;
        var versions = await UpdateDesk.VersionsOf(store, product.Id, stop);
        return new Model(
            update, product, versions.GetValueOrDefault(update.ToRelease, "–"), [.. update.FromReleases.Select(id => versions.GetValueOrDefault(id, "–"))],
            update.Stage == UpdateStage.Draft ? update.Gate() : [],
            await NameFixes.Candidates(store, update, stop),
            update.Stage == UpdateStage.Signing ? StandingOf(update, await UpdateDesk.DraftsOf(store, update, stop)) : null,
            Update.Life.Open(update.Stage, store.Actor).ToImmutableDictionary(step => step.Name),
            await Chronicle.Of<Update>(store, update.Id, Said, stop));
    }

    private static Signing StandingOf(Update update, ImmutableArray<RoleDraft> drafts)
    {
        var keys = drafts.SelectMany(draft => draft.Duties).SelectMany(duty => duty.Keys).DistinctBy(key => key.KeyId);
        return new Signing(
            UpdateDesk.ThresholdOf(drafts),
            [.. keys.Select(key => new Signer(key.Custodian ?? key.KeyId[..8], update.Signatures.Any(signature => signature.KeyId == key.KeyId)))]);
    }

    private static string? Said(Event happened) => happened switch
    {
        UpdateEvent.FixesNamed e => e.Fixes.Length == 1 ? "1 vulnerability." : $"{e.Fixes.Length} vulnerabilities.",
        UpdateEvent.FileAdded e => $"{e.File.Path}, {e.File.Length:N0} bytes.",
        UpdateEvent.FileRemoved e => $"{e.Path}.",
        UpdateEvent.SignatureCollected e => $"By {e.Custodian}.",
        UpdateEvent.Submitted e => $"To sign: {string.Join(", ", e.Roles.Select(role => $"{role.Role} version {role.Version}"))}.",
        UpdateEvent.Returned e => e.Reason,
        UpdateEvent.Withdrawn e => e.Reason,
        _ => null,
    };
}
