using System.Collections.Immutable;
using Aftercare.Advisories;
using Aftercare.Ledger;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Advisories;

/// <summary>Says what a site can do about one vulnerability: "none available" is an answer too.</summary>
public static class AddRemediation
{
    public sealed record Command(
        Guid Id, int Seen, Guid Vulnerability, RemediationKind Kind, string Details, Guid? Update, ImmutableArray<Guid> Releases, RestartNeeded? Restart, Stated? AvailableOn);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var installation = app.ServiceProvider.GetRequiredService<Installation>();
        app.Map(new Change<Command>(Face.Desk, "/advisories/{id:guid}/vulnerabilities/{vulnerability:guid}/remediations", Allowed.Desk, Parse,
            (store, command, stop) => Handle(store, installation, command, stop)));
    }

    private static Command Parse(Fields fields) => new(
        fields.Id("id"), fields.Seen(), fields.Id("vulnerability"), fields.OneOf<RemediationKind>("kind"), fields.Text("details", Limits.Details),
        fields.IdOrNull("update"), fields.Ids("releases"), fields.OneOfOrNull<RestartNeeded>("restart"), fields.StatedOrNull("availableOn"));

    internal static async Task<Outcome<Done>> Handle(Store store, Installation installation, Command command, CancellationToken stop)
    {
        if ((await AdvisoryDesk.FindWith(store, command.Id, command.Seen, command.Vulnerability, stop)).Refused(out var why, out var advisory))
            return why;
        var sources = await AdvisoryDesk.Sources(store, installation, advisory, stop);
        if (command.Releases.Any(id => sources.Releases.All(release => release.Subject != id)))
            return Refusal.Malformed("releases", "One of these is not a release that the case is about.");
        if (command.Update is { } update && sources.Updates.All(offered => offered.Id != update))
            return Refusal.Malformed("update", "This is not an update of a product that the case is about.");
        var remediation = new Remediation(Store.NewId(), command.Kind, command.Details, command.Update, command.Releases, command.Restart, command.AvailableOn);
        if (advisory.AddRemediation(command.Vulnerability, remediation, store.Actor).Refused(out why, out var added))
            return why;
        return await store.Record(AdvisoryDesk.DoneAt(advisory, command.Vulnerability), stop, Change.To(advisory, added));
    }
}
