using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Trust.Tuf;
using Aftercare.Updates;
using Role = Aftercare.Ledger.Role;

namespace Aftercare.Server.Updates;

/// <summary>Takes a signature that a person made offline. It is checked against the very bytes; a stale page cannot matter, as a signature names its bytes by itself.</summary>
public static class CollectSignature
{
    public sealed record Command(Guid Id, string KeyId, ImmutableArray<string> Roles, ImmutableArray<string> Signatures);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapApi(new Change<Command>(Face.Desk, "/updates/{id:guid}/signatures", [Role.Signer], Parse, Handle));

    private static Command Parse(Fields fields)
    {
        var (roles, signatures) = (fields.Many("roles"), fields.Many("signatures"));
        if (roles.Length != signatures.Length || roles.Length is 0 or > 10 || roles.Distinct().Count() != roles.Length)
            fields.Fault("signatures", "One for each of the roles, in the same order.");
        if (signatures.Any(one => one.Length is 0 or > 2048 || one.Length % 2 != 0 || !one.All(char.IsAsciiHexDigit)))
            fields.Fault("signatures", "Hex digits, at most 1,024 bytes each.");
        return new Command(fields.Id("id"), fields.Text("keyId", 64, min: 64), roles, signatures);
    }

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if (await store.Find<Update>(command.Id, stop) is not { } update)
            return Refusal.Invisible;
        if (Update.Life.Bars("collect-signature", update, update.Stage, store.Actor) is { } bar)
            return bar;
        var drafts = await UpdateDesk.DraftsOf(store, update, stop);
        if (Verified(drafts, command).Refused(out var why, out var signature))
            return why;
        if (update.Collect(signature, store.Actor).Refused(out why, out var collected))
            return why;
        var threshold = UpdateDesk.ThresholdOf(drafts);
        var standing = $"{update.Signatures.Length + 1} of {threshold} people have signed {update.Number}.";
        var done = new Done(UpdateDesk.PageOf(update.Id), update.Id, update.Number) { Once = ImmutableDictionary<string, string>.Empty.Add("standing", standing) };
        return await store.Record(done, stop, Change.To(update, collected));
    }

    private static Outcome<CollectedSignature> Verified(ImmutableArray<RoleDraft> drafts, Command command)
    {
        var custodian = "";
        foreach (var (role, value) in command.Roles.Zip(command.Signatures))
        {
            if (drafts.FirstOrDefault(draft => draft.Role == role) is not { } draft)
                return Refusal.Malformed("roles", $"Nobody asks for a signature of '{role}'.");
            try
            {
                _ = draft.With(new RoleSignature(command.KeyId, Convert.FromHexString(value)));
            }
            catch (TufPlanException fault)
            {
                return Refusal.State("update.bad-signature", fault.Message);
            }
            custodian = draft.Duties.SelectMany(duty => duty.Keys).First(key => key.KeyId == command.KeyId).Custodian ?? command.KeyId;
        }
        return new CollectedSignature(command.KeyId, custodian, [.. command.Roles.Zip(command.Signatures, (role, value) => new RoleSigned(role, value.ToLowerInvariant()))]);
    }
}
