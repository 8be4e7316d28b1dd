using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Trust;
using Aftercare.Trust.Tuf;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;
using Role = Aftercare.Ledger.Role;

namespace Aftercare.Server.Updates;

/// <summary>Freezes an update: from here on the bytes that people sign stay the same.</summary>
public static class SubmitUpdate
{
    public sealed record Command(Guid Id, int Seen);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var keeper = app.ServiceProvider.GetRequiredService<RepositoryKeeper>();
        app.MapForm(new Change<Command>(Face.Desk, "/updates/{id:guid}/submit", [Role.Publisher, Role.Lead], fields => new(fields.Id("id"), fields.Seen()),
            (store, command, stop) => keeper.Alone(() => Handle(keeper, store, command, stop), stop)));
    }

    internal static async Task<Outcome<Done>> Handle(RepositoryKeeper keeper, Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Update>(command.Id, command.Seen, stop)).Refused(out var why, out var update))
            return why;
        if (update.BarsSubmit(store.Actor) is { } bar)
            return bar;
        var product = (await store.Find<Product>(update.Product, stop))!;
        if ((await keeper.Draft(product.Line, await Targets(store, update, stop), await Withdrawn(store, update, stop), stop)).Refused(out why, out var drafts))
            return why;
        if (await Blocking(store, update, drafts, stop) is { } blocking)
            return Refusal.State("update.other-signing", $"{blocking} is being signed and names the same list. Publish it, or return it to draft, first.");
        var blob = await store.SaveBlob(new MemoryStream(SigningDrafts.Write(drafts)), SigningDrafts.MaxBytes, stop);
        var kept = await store.KeepBlob(update.Id, blob, $"{update.Number}-to-sign.json", "application/json", stop);
        if (update.Submit([.. drafts.Select(RepositoryKeeper.ToSign)], kept, store.Actor).Refused(out why, out var submitted))
            return why;
        return await store.Record(new Done(UpdateDesk.PageOf(update.Id), update.Id, update.Number), stop, Change.To(update, submitted));
    }

    // Says to the site's command which document belongs to the file and which devices it fits; names no weakness, as metadata is public.
    private static async Task<ImmutableArray<TargetFile>> Targets(Store store, Update update, CancellationToken stop)
    {
        var versions = await UpdateDesk.VersionsOf(store, update.Product, stop);
        var custom = new JsonObject
        {
            ["update"] = update.Number,
            ["sheet"] = update.Sheet!.Digest(),
            ["release"] = versions[update.ToRelease],
            ["from"] = new JsonArray([.. update.FromReleases.Select(id => (JsonNode)versions[id])]),
        };
        return [.. update.Files.Select(file => new TargetFile(file.Path, file.Length, file.Sha256, file.Sha512, custom))];
    }

    private static async Task<List<string>> Withdrawn(Store store, Update update, CancellationToken stop) =>
        await (await store.Rows<UpdateFileRow>(stop)).Where(file => file.Product == update.Product && file.Stage == UpdateStage.Withdrawn).Select(file => file.Path).ToListAsync(stop);

    // Of two that would make the same version of a list, the second could never be published.
    private static async Task<string?> Blocking(Store store, Update update, ImmutableArray<RoleDraft> drafts, CancellationToken stop)
    {
        var signing = await (await store.Rows<UpdateRow>(stop)).Where(row => row.Stage == UpdateStage.Signing && row.Subject != update.Id).ToListAsync(stop);
        foreach (var row in signing)
            if (await store.Find<Update>(row.Subject, stop) is { Submission: { } other } && other.Roles.Any(role => drafts.Any(draft => draft.Role == role.Role)))
                return row.Number;
        return null;
    }
}
