using System.Collections.Immutable;
using Aftercare.Cases;
using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Evidence;

/// <summary>
/// The evidence pack of one case, made while it is sent: nothing of it stays here but the entry that says what was handed out, which is recorded just
/// before the signature that makes it a pack.
/// </summary>
public static class MakePack
{
    /// <value>10 s for the log to take the latest entries.</value>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public sealed record Command(Guid Case, bool Originals);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var packer = app.ServiceProvider.GetRequiredService<Packer>();
        Door(Face.Desk, EvidencePack.Life.Steps[0].Roles.Remove(Role.Auditor));
        Door(Face.Audit, [Role.Auditor]);

        void Door(Face face, ImmutableArray<Role> roles) => app.MapPost(Doors.Address(face, "/chains/{id:guid}/pack"), Doors.Answered(context => Answer(packer, context, context.RequestAborted)))
            .WithMetadata(new Allowed(face, roles))
            .WithMetadata(new RequireAntiforgeryTokenAttribute(required: true))
            .WithFace(face);
    }

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.TextOrNull("originals", 10) == "true");

    private static async Task<IResult> Answer(Packer packer, HttpContext context, CancellationToken stop)
    {
        if ((await Body.FromForm(context, files: null)).Refused(out var unread, out var fields))
            return unread.ToResult();
        var command = Parse(fields);
        if (!Guid.TryParse(fields.Raw("nonce"), out var nonce) || fields.Faults.Length > 0)
            return Refusal.Malformed("nonce", "The form is not whole. Open the page again.").ToResult();
        var viewer = context.Features.Get<Viewer>()!;
        var store = context.RequestServices.GetRequiredService<Stores>().Open(viewer, new Asked($"{viewer.Actor.Id}:{nonce:D}", fields.Digest(context.Request.Path)));
        context.Response.RegisterForDisposeAsync(store);
        if ((await Prepare(packer, store, command, stop)).Refused(out var why, out var pack))
            return why.ToResult();
        if (await RoomDoor.Note(context, viewer, stop) is { } full)
            return full.ToResult();
        context.Response.Headers.CacheControl = "no-store";
        return Results.Stream(body => packer.Write(body, store, pack, stop), "application/zip", $"evidence-{pack.Case.Number}.zip");
    }

    private static async Task<Outcome<PackRequest>> Prepare(Packer packer, Store store, Command command, CancellationToken stop)
    {
        if (await store.AnsweredBefore(stop) is { } before)
            return before.Refused(out var reused, out _) ? reused : Refusal.State("pack.made", "This pack was made already. Open the page again to make another one.");
        if (EvidencePack.MayMake(command.Originals, store.Actor) is { } bar)
            return bar;
        if (await store.Find<Case>(command.Case, stop) is not { } @case)
            return Refusal.Invisible;
        if (await Covered(packer, store, @case, stop) is not { } checkpoint)
            return Refusal.State("pack.log-behind", "The log has not taken the latest entries yet. Try again in a minute; if it stays so, tell your administrator.");
        var organisation = await (await store.Rows<OrganisationRow>(stop)).Select(row => row.Name).SingleAsync(stop);
        return new PackRequest(@case, command.Originals, checkpoint, organisation);
    }

    /// <summary>The checkpoint that covers every entry of the chain; null when the log does not come up with it.</summary>
    private static async Task<CheckpointRecord?> Covered(Packer packer, Store store, Case @case, CancellationToken stop)
    {
        for (var waited = TimeSpan.Zero; waited < Patience; waited += Pause)
        {
            if (await store.Checkpoint(stop) is { } checkpoint && packer.Witness.IsPublished(checkpoint) && await Covers(store, @case, checkpoint.Size, stop))
                return checkpoint;
            await Task.Delay(Pause, stop);
        }
        return null;
    }

    private static async Task<bool> Covers(Store store, Case @case, long size, CancellationToken stop)
    {
        foreach (var (_, _, subjects) in await Chains.Subjects(store, @case, stop))
            foreach (var subject in subjects)
                if ((await store.Logged(Chains.NounOf(subject), subject.Id, stop)).Any(one => one.Index is not { } index || index >= size))
                    return false;
        return true;
    }
}
