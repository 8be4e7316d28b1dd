using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;
using ClosureReason = Aftercare.Reports.ClosureReason;

namespace Aftercare.Server.Cases;

/// <summary>Ends a case when nothing is owed any more. Signed, by a second person.</summary>
public static class CloseCase
{
    /// <param name="Original">Of a duplicate: the number of the case that it repeats.</param>
    public sealed record Command(ClosureReason Reason, string Rationale, string? Original, Guid? Release, Stated? Expires, string? Reference);

    internal static void Map(IEndpointRouteBuilder app) => app.MapStep("close", "next", Parse, Close);

    private static Command Parse(Fields fields) => new(
        fields.OneOf<ClosureReason>("reason"), fields.Text("rationale", CaseDesk.MaxReason), fields.TextOrNull("original", 20),
        fields.IdOrNull("release"), fields.StatedOrNull("expires"), fields.TextOrNull("reference", 200));

    private static async Task<Outcome<CaseEvent>> Close(Store store, Wish<Command> wish, CancellationToken stop)
    {
        var asked = wish.Asked;
        var original = await (await store.Rows<CaseRow>(stop)).Where(row => row.Number == asked.Original).Select(row => (Guid?)row.Subject).SingleOrDefaultAsync(stop);
        if (asked.Original is { } number && original is null)
            return Refusal.Malformed("original", $"There is no case {number}.");
        if (asked.Release is { } release && wish.Around.Releases.All(known => known.Id != release))
            return Refusal.Malformed("release", "Choose a release of the case's products.");
        return wish.Case.Close(new Closure(asked.Reason, asked.Rationale, original, asked.Release, asked.Expires, asked.Reference), wish.Around, wish.By, wish.Now);
    }
}
