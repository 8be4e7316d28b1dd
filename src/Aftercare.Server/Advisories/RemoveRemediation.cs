using Aftercare.Advisories;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Advisories;

/// <summary>Takes an action out of the draft.</summary>
public static class RemoveRemediation
{
    public sealed record Command(Guid Id, int Seen, Guid Vulnerability, Guid Remediation);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/advisories/{id:guid}/vulnerabilities/{vulnerability:guid}/remediations/{remediation:guid}/remove", Allowed.Desk, Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), fields.Id("vulnerability"), fields.Id("remediation"));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Advisory>(command.Id, command.Seen, stop)).Refused(out var why, out var advisory))
            return why;
        if (advisory.RemoveRemediation(command.Vulnerability, command.Remediation, store.Actor).Refused(out why, out var removed))
            return why;
        return await store.Record(AdvisoryDesk.DoneAt(advisory, command.Vulnerability), stop, Change.To(advisory, removed));
    }
}
