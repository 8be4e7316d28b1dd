using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Mail;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Reports;

/// <summary>The reporter's private page, opened by the secret link. Opening it changes nothing, so that a link scanner's visit does no harm.</summary>
public static class ShowOwnReport
{
    /// <param name="Link">The whole address, to be kept.</param>
    /// <param name="JustSent">Whether the reporter comes from the form.</param>
    /// <param name="Texts">By id; an erased one is missing.</param>
    /// <param name="TakesMail">He left an address, and this installation sends mail.</param>
    /// <param name="Files">Only what the reporter sent himself.</param>
    public sealed record Model(
        Report Report, string Secret, string Link, bool JustSent, string? Product, string Organisation, IReadOnlyDictionary<Guid, string> Texts, ImmutableArray<OwnFile> Files, bool TakesMail);

    public sealed record OwnFile(Guid Id, string Name, long Length);

    public static void Map(IEndpointRouteBuilder app)
    {
        var site = app.ServiceProvider.GetRequiredService<Installation>().PublicUrl;
        app.MapPage<OwnReportPage, Model>(Face.FrontDoor, "/r/{secret}", [Role.Reporter], (store, fields, stop) => Load(store, fields, site, stop), SecretPurpose.Report);
        app.MapRead(Face.FrontDoor, "/r/{secret}/files/{id}", [Role.Reporter], Read, SecretPurpose.Report);
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, string site, CancellationToken stop)
    {
        if (await Own(store, stop) is not { } report)
            return Refusal.Invisible;
        var secret = fields.Text("secret", 100);
        var product = await (await store.Rows<ProductRow>(stop)).Where(row => row.Subject == report.Product).Select(row => row.Name).SingleOrDefaultAsync(stop);
        var organisation = await (await store.Rows<OrganisationRow>(stop)).Select(row => row.Name).SingleAsync(stop);
        var own = Sent(report);
        return new Model(
            report, secret, $"{site}/r/{secret}", fields.TextOrNull("received", 1) is not null, product, organisation, await store.TextsOf(report.Id, stop),
            [.. (await store.BlobsOf(report.Id, stop)).Where(blob => own.Contains(blob.Id)).Select(blob => new OwnFile(blob.Id, blob.Name, blob.Length))],
            await Mails.AreOn(store, stop) && await store.ContactOf(report.Id, stop) is { Email: not null });
    }

    private static async Task<Outcome<IResult>> Read(Store store, Fields fields, CancellationToken stop)
    {
        var id = fields.Id("id");
        if (await Own(store, stop) is not { } report || !Sent(report).Contains(id))
            return Refusal.Invisible;
        var blob = (await store.BlobsOf(report.Id, stop)).Single(blob => blob.Id == id);
        return store.Open(blob) is { } plain ? Outcome.Of<IResult>(new Download(plain, blob.Name)) : Refusal.Invisible;
    }

    // The subject comes from the secret alone, so that one link never reaches another report.
    private static async Task<Report?> Own(Store store, CancellationToken stop) =>
        store.Viewer.Report is { } id ? await store.Find<Report>(id, stop) : null;

    private static HashSet<Guid> Sent(Report report) =>
        [.. report.Received.Attachments.Concat(report.Messages.Where(message => message.Purpose is null).SelectMany(message => message.Attachments)).Select(blob => blob.Id)];
}
