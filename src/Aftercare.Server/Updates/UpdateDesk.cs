using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Products;
using Aftercare.Trust.Tuf;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;
using Role = Aftercare.Ledger.Role;

namespace Aftercare.Server.Updates;

/// <summary>What the use cases around updates share.</summary>
internal static class UpdateDesk
{
    /// <summary>Who writes an update; the lifecycle table says who may take which step.</summary>
    public static ImmutableArray<Role> Writers { get; } = [Role.Developer, Role.Publisher, Role.Lead];

    public static string PageOf(Guid update) => $"/desk/updates/{update:D}";

    /// <summary>A release's version by its id.</summary>
    public static async Task<Dictionary<Guid, string>> VersionsOf(Store store, Guid product, CancellationToken stop) =>
        await (await store.Rows<ReleaseRow>(stop)).Where(row => row.Product == product).ToDictionaryAsync(row => row.Subject, row => row.VersionName, stop);

    /// <summary>Asked before something that cannot be taken back: the store itself would refuse only when it records.</summary>
    public static Refusal? Unproved(Store store) =>
        store.Viewer.ProvedAt is { } proved && store.Now - proved <= Store.Fresh
            ? null
            : new Refusal(Because.Signature, "signature.prove-again", "This step is signed. Enter your password or use your passkey again.");

    /// <summary>How many people have to sign, so that every role in the plan has enough of them.</summary>
    public static int ThresholdOf(ImmutableArray<RoleDraft> drafts) => drafts.SelectMany(draft => draft.Duties).Max(duty => duty.Threshold);

    /// <summary>What goes to the signers, with the signatures that have come back.</summary>
    /// <exception cref="TufPlanException">The kept drafts are damaged.</exception>
    public static async Task<ImmutableArray<RoleDraft>> DraftsOf(Store store, Update update, CancellationToken stop)
    {
        var blob = (await store.BlobsOf(update.Id, stop)).Single(blob => blob.Id == update.Submission!.Drafts.Id);
        await using var bytes = store.Open(blob) ?? throw new InvalidDataException($"The drafts of {update.Number} were erased.");
        var drafts = await SigningDrafts.Read(bytes, stop);
        return [.. drafts.Select(draft => update.Signatures.Aggregate(draft, (so, one) =>
            so.With(new RoleSignature(one.KeyId, Convert.FromHexString(one.Signatures.Single(signed => signed.Role == draft.Role).Value)))))];
    }
}
