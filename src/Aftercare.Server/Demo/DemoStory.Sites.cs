using Aftercare.Deliveries;
using Aftercare.Products;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Demo;

/// <summary>The last chapter: what became of the update at the sites.</summary>
internal sealed partial class DemoStory
{
    private async Task TheSitesAreOfferedIt(Guid update)
    {
        await using var store = firm.As("Publisher");
        _ = (await OfferUpdate.Handle(store, new OfferUpdate.Command(update, await VersionOf<Update>(store, update)), stop)).Value;
    }

    /// <summary>One clinic, five devices, five ends: installed with receipt, failed check, installed by the engineer's word, declined, nobody knows.</summary>
    private async Task TheClinicAnswers(Guid update)
    {
        var (delivery, number, devices) = await AtTheClinic(update);
        await keys.SetUpSite(await CodeFor(_clinic), stop);
        await keys.Install(number, "P4-31001", stop);
        await keys.RefuseChanged(number, "P4-31002", stop);
        await using (var store = firm.As("Service engineer"))
            _ = (await ReportService.Handle(store, new ReportService.Command(delivery, await VersionOf<Delivery>(store, delivery), devices["P4-31003"], DeliveryStep.Installed, Ago(0), "SR-5512", null), stop)).Value;
        await using (var store = firm.Open(firm.ViewerOf("Operator of the Seeklinik") with { Sites = [_clinic] }))
            _ = (await AnswerOffer.Handle(store, new AnswerOffer.Decline(delivery, await VersionOf<Delivery>(store, delivery), [devices["P4-31004"]],
                "It goes out of use next month.", "It stays without a network until then."), stop)).Value;
        await using (var store = firm.As("Support"))
            _ = (await FindUnreachable.Handle(store, new FindUnreachable.Command(delivery, await VersionOf<Delivery>(store, delivery), [devices[Lost]],
                "Lent to a practice that has moved. Two letters came back, the number is dead."), stop)).Value;
    }

    private async Task<(Guid Delivery, string Number, Dictionary<string, Guid> Devices)> AtTheClinic(Guid update)
    {
        await using var store = firm.Open(Viewer.System);
        var rows = await (await store.Rows<DeliveryDeviceRow>(stop)).Where(row => row.Update == update && row.Site == _clinic).ToListAsync(stop);
        return (rows[0].Subject, rows[0].Number, rows.ToDictionary(row => row.Serial, row => row.Device));
    }

    private async Task<string> CodeFor(Guid site)
    {
        await using var store = firm.Open(firm.ViewerOf("Operator of the Seeklinik") with { Sites = [site] });
        var found = (await store.Find<Site>(site, stop))!;
        var code = await store.IssueSecret(SecretPurpose.SiteKey, site, store.Now.Plus(TimeSpan.FromHours(1)), stop);
        await Record(store, Change.To(found, found.GiveAccess(SiteAccess.KeyCode, store.Actor).Value));
        return code;
    }
}
