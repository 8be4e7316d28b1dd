using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Cases;

/// <summary>Which cases are listed.</summary>
public enum Shown
{
    /// <summary>Those that whoever looks answers for.</summary>
    Mine,
    Open,
    All,
}

/// <summary>The cases: mine, all that are open, or all there ever were.</summary>
public static class ListCases
{
    /// <param name="People">Who answers for it, by name.</param>
    public sealed record Line(CaseRow Case, string People);

    public sealed record Model(Shown Shown, List<Line> Cases, PageOf Page);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<CasesPage, Model>(Face.Desk, "/cases", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var shown = fields.OneOfOrNull<Shown>("show") ?? Shown.Open;
        var me = store.Actor.Id;
        var rows = await store.Rows<CaseRow>(stop);
        var cases = shown switch
        {
            Shown.Mine => rows.Where(row => row.Stage != CaseStage.Closed && row.Answerable.Contains(me)),
            Shown.Open => rows.Where(row => row.Stage != CaseStage.Closed),
            _ => rows,
        };
        // What has been known longest comes first while it is open; a register reads newest first.
        var ordered = shown == Shown.All ? cases.OrderByDescending(row => row.Number) : cases.OrderBy(row => row.AwareAt).ThenBy(row => row.Number);
        var (found, page) = await PageOf.Take(ordered, fields, stop);
        var names = await store.ContactsOf([.. found.SelectMany(row => row.Answerable).Select(Chronicle.PersonOf).OfType<Guid>().Distinct()], stop);
        return new Model(shown, [.. found.Select(row => new Line(row, string.Join(", ", row.Answerable.Select(actor => NameOf(actor, names)))))], page);
    }

    private static string NameOf(string actor, Dictionary<Guid, Contact> names) =>
        Chronicle.PersonOf(actor) is { } id ? names.TryGetValue(id, out var contact) ? contact.Name : "(erased)" : actor == Actor.System.Id ? "Nobody yet" : "A machine's token";
}
