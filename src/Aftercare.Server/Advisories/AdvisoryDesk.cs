using System.Collections.Immutable;
using Aftercare.Advisories;
using Aftercare.Cases;
using Aftercare.Csaf;
using Aftercare.Ledger;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Products;
using Aftercare.Server.Updates;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Advisories;

/// <summary>What the use cases around advisories share: everything that a document is made of, as the viewer's store has it.</summary>
public static class AdvisoryDesk
{
    public static string PageOf(Guid advisory) => $"/desk/advisories/{advisory}";

    internal static async Task<AdvisorySources> Sources(Store store, Installation installation, Advisory advisory, CancellationToken stop)
    {
        var @case = await store.Find<Case>(advisory.Case, stop) ?? throw new InvalidOperationException($"{advisory.Number} belongs to a case that is not there.");
        var stated = @case.Statuses.Select(status => status.Release).Distinct().ToList();
        var products = @case.Products.ToList();
        var releases = await (await store.Rows<ReleaseRow>(stop)).Where(row => stated.Contains(row.Subject) || products.Contains(row.Product))
            .OrderBy(row => row.ReleasedAt).ThenBy(row => row.Subject).ToListAsync(stop);
        products = [.. releases.Select(release => release.Product).Distinct()];
        return new AdvisorySources(
            advisory,
            @case,
            await (await store.Rows<OrganisationRow>(stop)).SingleAsync(stop),
            new Uri(installation.PublicUrl),
            await Credits(store, advisory, stop),
            [.. await (await store.Rows<ManufacturerRow>(stop)).ToListAsync(stop)],
            [.. await (await store.Rows<ProductRow>(stop)).Where(row => products.Contains(row.Subject)).ToListAsync(stop)],
            [.. releases],
            [.. await (await store.Rows<ItemRow>(stop)).Where(row => products.Contains(row.Product)).OrderBy(row => row.Subject).ToListAsync(stop)],
            await Updates(store, products, stop));
    }

    /// <summary>The advisory for changing what it says of one vulnerability of its case.</summary>
    internal static async Task<Outcome<Advisory>> FindWith(Store store, Guid id, int seen, Guid vulnerability, CancellationToken stop)
    {
        var found = await store.Find<Advisory>(id, seen, stop);
        if (found.Refused(out _, out var advisory))
            return found;
        return await store.Find<Case>(advisory.Case, stop) is { } @case && @case.Vulnerabilities.Any(flaw => flaw.Id == vulnerability)
            ? found
            : Refusal.State("advisory.no-such-vulnerability", "The case has no such vulnerability any more.");
    }

    /// <summary>Back to the part of the page that is about this vulnerability.</summary>
    internal static Done DoneAt(Advisory advisory, Guid vulnerability) => new($"{PageOf(advisory.Id)}#{Advisory.AnchorOf(vulnerability)}", advisory.Id);

    /// <summary>One line each; erased names are missing.</summary>
    internal static async Task<ImmutableArray<string>> Credits(Store store, Advisory advisory, CancellationToken stop) =>
        advisory.Text.Credits is { } kept && (await store.TextsOf(advisory.Id, stop)).TryGetValue(kept.Id, out var text)
            ? [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]
            : [];

    /// <summary>The exact bytes of a published revision; null when they are not there any more.</summary>
    internal static async Task<byte[]?> Bytes(Store store, Guid advisory, Guid document, CancellationToken stop)
    {
        if ((await store.BlobsOf(advisory, stop)).FirstOrDefault(blob => blob.Id == document) is not { } blob || store.Open(blob) is not { } stream)
            return null;
        await using (stream)
        {
            var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, stop);
            return bytes.ToArray();
        }
    }

    /// <summary>Who publishes: the organisation, under its public address.</summary>
    internal static Publisher PublisherOf(OrganisationRow organisation, Uri publicUrl) =>
        new(PublisherCategory.Vendor, organisation.Name, new Uri(publicUrl, "/").AbsoluteUri) { ContactDetails = organisation.SecurityContact };

    // Updates that can be offered: those of the products that the case is about.
    private static async Task<ImmutableArray<OfferedUpdate>> Updates(Store store, List<Guid> products, CancellationToken stop) =>
    [
        .. (await (await store.Rows<UpdateRow>(stop)).Where(row => products.Contains(row.Product)).OrderBy(row => row.Number).ToListAsync(stop))
            .Select(row => new OfferedUpdate(row.Subject, row.Number, row.ToRelease, [.. row.FromReleases], row.Stage == UpdateStage.Published)),
    ];
}
