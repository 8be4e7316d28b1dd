using System.Collections.Immutable;
using Aftercare.Advisories;
using Aftercare.Csaf;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Advisories;

/// <summary>An advisory that was published before this record began, read from the document that was brought.</summary>
public static class ShowPastAdvisory
{
    /// <param name="Document">Null where it was erased.</param>
    public sealed record Model(PastAdvisory Past, CsafDocument? Document, ImmutableArray<TimelineItem> History);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<PastAdvisoryPage, Model>(Face.Desk, "/past-advisories/{id:guid}", Allowed.Readers, Load);
        app.MapRead(Face.Desk, "/desk/past-advisories/{id:guid}/document.json", Allowed.Readers, Bytes);
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<PastAdvisory>(fields.Id("id"), stop) is not { } past)
            return Refusal.Invisible;
        var bytes = await AdvisoryDesk.Bytes(store, past.Id, past.Document.Id, stop);
        return new Model(past, bytes is null ? null : CsafDocument.Read(bytes), await Chronicle.Of<PastAdvisory>(store, past.Id, _ => null, stop));
    }

    private static async Task<Outcome<IResult>> Bytes(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<PastAdvisory>(fields.Id("id"), stop) is not { } past || await AdvisoryDesk.Bytes(store, past.Id, past.Document.Id, stop) is not { } bytes)
            return Refusal.Invisible;
        return TypedResults.File(bytes, "application/json", "advisory.json");
    }
}
