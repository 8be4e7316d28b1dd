using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Sites;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Deliveries;

/// <summary>One update in the field: sites and devices, each with its step and what that stands on.</summary>
public static class ShowCoverage
{
    /// <param name="At">How many devices stand at each step now.</param>
    /// <param name="Audience">Null where the viewer looks at the past, or the update is withdrawn: nobody can be offered it.</param>
    public sealed record Model(Update Update, Coverage Coverage, Dictionary<DeliveryStep, int> At, Audience? Audience, bool MayOffer, List<Line> Lines, PageOf Page, DeliveryStep? Step);

    public sealed record Line(Guid Delivery, string Site, string Serial, string Before, DeliveryStep Step, long StepAt, EvidenceKind InstalledBy);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<CoveragePage, Model>(Face.Desk, "/deliveries/{id:guid}", Allowed.Readers, Load);

    /// <summary>Each device once, where it stands now: up the ladder, then what went another way.</summary>
    public static IReadOnlyList<(string Stands, int Devices)> Ladder(IReadOnlyDictionary<DeliveryStep, int> at)
    {
        return
        [
            ("Offered, not told yet", All(DeliveryStep.InAudience, DeliveryStep.Available)),
            ("Told, no answer yet", All(DeliveryStep.Notified)),
            ("Will be installed", All(DeliveryStep.Consented)),
            ("Downloaded", All(DeliveryStep.Fetched)),
            ("Verified at the site", All(DeliveryStep.Verified)),
            ("Installed", All(DeliveryStep.Installed, DeliveryStep.Confirmed)),
            ("Declined", All(DeliveryStep.Declined)),
            ("Failed or went back", All(DeliveryStep.VerificationFailed, DeliveryStep.InstallFailed, DeliveryStep.RolledBack)),
            ("Nobody answers", All(DeliveryStep.Unreachable)),
            ("No longer concerned", All(DeliveryStep.Superseded, DeliveryStep.NotApplicable)),
        ];

        int All(params IEnumerable<DeliveryStep> steps) => steps.Sum(step => at.GetValueOrDefault(step));
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Update>(fields.Id("id"), stop) is not { Stage: UpdateStage.Published or UpdateStage.Withdrawn } update)
            return Refusal.Invisible;
        var all = (await store.Rows<DeliveryDeviceRow>(stop)).Where(row => row.Update == update.Id);
        var step = fields.OneOfOrNull<DeliveryStep>("step");
        var shown = step is null ? all : all.Where(row => row.Step == step);
        var lines = from row in shown
                    join site in await store.Rows<SiteRow>(stop) on row.Site equals site.Subject
                    orderby site.Name, row.Serial, row.Device
                    select new Line(row.Subject, site.Name, row.Serial, row.Before, row.Step, row.StepAt, row.InstalledBy);
        var (rows, page) = await PageOf.Take(lines, fields, stop);
        var offerable = update.Stage == UpdateStage.Published && store.Viewer.AsOf is null;
        return new Model(
            update, (await Coverage.Of(all, stop)).GetValueOrDefault(update.Id, Coverage.None),
            await all.GroupBy(row => row.Step).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, stop), offerable ? await Audience.Of(store, update, stop) : null,
            offerable && (store.Viewer.Has(Role.Publisher) || store.Viewer.Has(Role.Lead)), rows, page, step);
    }
}
