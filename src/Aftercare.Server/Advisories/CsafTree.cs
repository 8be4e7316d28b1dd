using System.Collections.Immutable;
using System.Security.Cryptography;
using Aftercare.Csaf;
using Aftercare.Products;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Advisories;

/// <summary>
/// Keeps the public CSAF tree as the record says: what was published is recorded first, with its exact bytes, and the tree follows. So a crash in
/// between, a full disk or a lost folder is mended by looking again, and nothing is public that the record does not know.
/// </summary>
public sealed class CsafTree(Stores stores, Installation installation) : IDisposable
{
    /// <summary>The job that makes the tree follow; caused by each publication, and recurring for what nobody causes.</summary>
    internal const string Job = "csaf.follow";

    /// <value>10 minutes.</value>
    internal static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _oneWriter = new(1);

    /// <summary>Writes what the record has and the tree lacks. Does nothing when there is nothing to do.</summary>
    /// <exception cref="IOException">The tree cannot be written now, or a published document is not in the store any more.</exception>
    public async Task Follow(CancellationToken stop)
    {
        await _oneWriter.WaitAsync(stop);
        try
        {
            await Write(stop);
        }
        finally
        {
            _oneWriter.Release();
        }
    }

    /// <summary>Whether the tree holds exactly these bytes of the advisory.</summary>
    public bool Holds(PublishedAdvisoryRow row)
    {
        var file = Path.Combine(installation.Data.Public, CsafMapping.TreePath, row.Path);
        return File.Exists(file) && Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))) == row.Sha256;
    }

    public void Dispose() => _oneWriter.Dispose();

    private async Task Write(CancellationToken stop)
    {
        await using var store = stores.Open(Viewer.System);
        if (await (await store.Rows<OrganisationRow>(stop)).SingleOrDefaultAsync(stop) is not { } organisation)
            return;
        var address = new Uri(installation.PublicUrl);
        // CSAF demands https, and where it is not given no advisory is approved: the tree stays as it is.
        if (!CsafMapping.Takes(address))
            return;
        var settings = new ProviderSettings(address, AdvisoryDesk.PublisherOf(organisation, address));
        var rows = await (await store.Rows<PublishedAdvisoryRow>(stop)).ToListAsync(stop);
        ImmutableArray<ListedAdvisory> listed = [.. rows.Select(Listed)];
        // Not the clock's time: the same record gives the same files.
        var updated = rows.Count > 0 ? listed.Max(one => one.CurrentRelease) : (await store.Find<Organisation>(organisation.Subject, stop))!.Since.Utc;
        var missing = rows.Where(row => !Holds(row)).ToList();
        if (missing.Count == 0 && ProviderTree.IndexFiles(settings, listed, updated).All(IsThere))
            return;
        var publications = new List<Publication>();
        foreach (var row in missing)
            publications.Add(Publication.Of(await AdvisoryDesk.Bytes(store, row.Subject, row.Document, stop)
                ?? throw new IOException($"The published bytes of {row.Number} are not in the store any more.")));
        await new CsafFiles(installation.Data.Public).PublishAsync(settings, listed, publications, updated, stop);
    }

    private bool IsThere(TreeFile file)
    {
        var path = Path.Combine(installation.Data.Public, file.Path);
        return File.Exists(path) && file.Bytes.Span.SequenceEqual(File.ReadAllBytes(path));
    }

    private static ListedAdvisory Listed(PublishedAdvisoryRow row) => new(
        row.Number, row.Title, row.Summary, DateTimeOffset.FromUnixTimeMilliseconds(row.FirstReleaseAt), DateTimeOffset.FromUnixTimeMilliseconds(row.ReleaseAt), [.. row.Products]);
}
