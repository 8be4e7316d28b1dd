using Aftercare.Deliveries;
using Aftercare.Evidence;
using Aftercare.Products;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Sites;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Evidence;

/// <summary>The installed base and all deliveries in counts of devices: five questions to the database, however many updates there are.</summary>
internal sealed class FieldFacts
{
    /// <summary>Where nobody can stand who has not heard of the update, and where nobody needs to.</summary>
    private static readonly List<DeliveryStep> Acted =
        [.. Enum.GetValues<DeliveryStep>().Except([DeliveryStep.InAudience, DeliveryStep.Available, DeliveryStep.Unreachable])];

    private static readonly List<DeliveryStep> Unanswered = [DeliveryStep.InAudience, DeliveryStep.Available, DeliveryStep.Notified, DeliveryStep.Unreachable];

    private readonly List<Standing> _devices;
    private readonly Dictionary<(Guid Update, Guid Release), int> _covered;
    private readonly Dictionary<Guid, int> _deliveries;
    private readonly Dictionary<Guid, Ladder> _ladders;
    private readonly Dictionary<Guid, int> _unreported;

    private FieldFacts(List<Standing> devices, Dictionary<(Guid, Guid), int> covered, Dictionary<Guid, int> deliveries, Dictionary<Guid, Ladder> ladders, Dictionary<Guid, int> unreported) =>
        (_devices, _covered, _deliveries, _ladders, _unreported) = (devices, covered, deliveries, ladders, unreported);

    /// <summary>Devices of one product on one release.</summary>
    private sealed record Standing(Guid Product, Guid? Release, int Count, int InUse);

    private sealed record Ladder(int All, int Told, int Silent, int Verified, int ByService, int ByServiceUnverified);

    public static async Task<FieldFacts> Of(Store store, CancellationToken stop)
    {
        var (devices, steps) = (await store.Rows<DeviceRow>(stop), await store.Rows<DeliveryDeviceRow>(stop));
        var standing = await devices.Where(row => row.Stage != DeviceStage.Retired).GroupBy(row => new { row.Product, row.Release })
            .Select(group => new Standing(group.Key.Product, group.Key.Release, group.Count(), group.Count(row => row.Stage == DeviceStage.InUse))).ToListAsync(stop);
        var covered = await steps.Join(devices.Where(row => row.Stage == DeviceStage.InUse && row.Release != null), step => step.Device, device => device.Subject, (step, device) => new { step.Update, device.Release })
            .GroupBy(one => one).Select(group => new { group.Key.Update, group.Key.Release, Count = group.Count() }).ToListAsync(stop);
        var ladders = await steps.GroupBy(row => row.Update).Select(group => new
        {
            group.Key,
            Ladder = new Ladder(
                group.Count(),
                group.Count(row => row.NotifiedAt != null || Acted.Contains(row.Step)),
                group.Count(row => Unanswered.Contains(row.Step)),
                group.Count(row => row.VerifiedAt != null),
                group.Count(row => row.InstalledBy == EvidenceKind.ServiceReport),
                group.Count(row => row.InstalledBy == EvidenceKind.ServiceReport && row.VerifiedAt == null)),
        }).ToDictionaryAsync(one => one.Key, one => one.Ladder, stop);
        var deliveries = await store.Rows<DeliveryRow>(stop);
        var counts = await deliveries.GroupBy(row => row.Update).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, stop);
        var unreported = await steps.Where(row => row.Step == DeliveryStep.VerificationFailed)
            .Join(deliveries.Where(row => row.FailureReport == null), step => step.Subject, delivery => delivery.Subject, (step, _) => step.Update)
            .GroupBy(update => update).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, stop);
        return new FieldFacts(standing, covered.ToDictionary(one => (one.Update, one.Release!.Value), one => one.Count), counts, ladders, unreported);
    }

    public Reach ReachOf(Update update)
    {
        var ladder = _ladders.GetValueOrDefault(update.Id);
        return new Reach(On(update).Sum(one => one.Count), _deliveries.GetValueOrDefault(update.Id), ladder?.All ?? 0, ladder?.Told ?? 0);
    }

    public Progress ProgressOf(Update update)
    {
        var ladder = _ladders.GetValueOrDefault(update.Id) ?? new Ladder(0, 0, 0, 0, 0, 0);
        return new Progress(
            On(update).Sum(one => one.InUse - _covered.GetValueOrDefault((update.Id, one.Release!.Value))),
            _devices.Where(one => one.Product == update.Product && one.Release is null).Sum(one => one.InUse),
            ladder.All, ladder.Silent, ladder.Verified, ladder.ByService, ladder.ByServiceUnverified, _unreported.GetValueOrDefault(update.Id));
    }

    private IEnumerable<Standing> On(Update update) => _devices.Where(one => one.Release is { } release && update.FromReleases.Contains(release));
}
