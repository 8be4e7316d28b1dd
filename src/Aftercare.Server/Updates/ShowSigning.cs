using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Updates;

namespace Aftercare.Server.Updates;

/// <summary>Hands a signer's command exactly what is to be signed, and the document that the bytes are bound to.</summary>
public static class ShowSigning
{
    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapRead(Face.Desk, "/api/v1/updates/{id:guid}/signing", [.. Allowed.Desk, Role.Machine], Read);

    private static async Task<Outcome<IResult>> Read(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Update>(fields.Id("id"), stop) is not { } update || !store.Viewer.Desk)
            return Refusal.Invisible;
        if (update is not { Stage: UpdateStage.Signing, Sheet: { } sheet })
            return Refusal.State("update.not-signing", $"{update.Number} is not waiting for signatures.");
        var drafts = await UpdateDesk.DraftsOf(store, update, stop);
        return Outcome.Of(Results.Json(new { sheet = sheet.ToJson(), drafts = drafts.Select(draft => draft.ToBytes()) }));
    }
}
