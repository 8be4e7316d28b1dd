namespace Aftercare.Server.Platform.Storage;

// What is found by its words.
public sealed partial class Store
{
    /// <summary>The rows of the index that hold every word, and that the viewer may see.</summary>
    public async Task<IQueryable<SearchRow>> Matching(SearchQuery asked, CancellationToken stop) => SearchIndex.Matching(await Views(stop), asked);

    /// <summary>
    /// The erasable texts that hold every word, the newest first. The caller asks a view whose they are, and so whether the viewer may see that.
    /// </summary>
    public async Task<List<Guid>> TextsWith(SearchQuery asked, int most, CancellationToken stop) =>
        await SearchIndex.Texts(await Records(stop), database.IsPostgres, asked, most, stop);
}
