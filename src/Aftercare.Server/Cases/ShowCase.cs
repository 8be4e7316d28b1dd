using System.Collections.Immutable;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Cases;

/// <summary>One case: what blocks its next step, its reports, vulnerabilities, version-status table, facts, decisions and history.</summary>
public static class ShowCase
{
    /// <param name="Duties">What is to be done now.</param>
    /// <param name="Steps">What whoever looks may do now.</param>
    /// <param name="People">Names by id: of everybody at the desk while the case can be assigned, else of its assignees.</param>
    /// <param name="Products">Names by id, of all products.</param>
    public sealed record Model(
        Case Case, CaseSurroundings Around, ImmutableArray<Duty> Duties, ImmutableArray<Step> Steps, List<Report> Reports,
        Dictionary<Guid, string> People, Dictionary<Guid, string> Products, ImmutableArray<TimelineItem> History)
    {
        public Step? Open(string step) => Steps.FirstOrDefault(one => one.Name == step);

        public string NameOf(string actor) => Chronicle.PersonOf(actor) is { } id ? People.GetValueOrDefault(id, "(erased)") : actor == Actor.System.Id ? "Nobody yet" : "A machine's token";
    }

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<CasePage, Model>(Face.Desk, "/cases/{id:guid}", Allowed.Readers, Load);

    /// <summary>Where a duty is done.</summary>
    internal static string AddressOf(Duty duty) => (duty.Noun, duty.Code) switch
    {
        ("case", "case.safety-not-judged" or "case.reportability-undecided" or "case.disclosure-undecided") => "#decisions",
        ("case", "case.status-open" or "case.fix-unpublished") => "#statuses",
        ("case", "case.fix-not-asserted") => "#facts",
        ("case", "case.advisory-missing") => "#advisories",
        ("case", _) => "#vulnerabilities",
        ("advisory", _) => $"/desk/advisories/{duty.Subject:D}",
        var (noun, _) => $"/desk/{noun}s/{duty.Subject:D}",
    };

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Case>(fields.Id("id"), stop) is not { } @case)
            return Refusal.Invisible;
        var around = await CaseDesk.Around(store, @case, stop);
        var reports = new List<Report>();
        foreach (var id in @case.Reports)
            if (await store.Find<Report>(id, stop) is { } report)
                reports.Add(report);
        // Looking back, nothing can be done.
        var steps = store.Viewer.AsOf is null ? Case.Life.Open(@case.Stage, store.Actor).ToImmutableArray<Step>() : [];
        return new Model(
            @case, around, Duties.Next(@case, around), steps, reports, await People(store, @case, stop),
            await (await store.Rows<ProductRow>(stop)).ToDictionaryAsync(row => row.Subject, row => row.Name, stop),
            await Chronicle.Of<Case>(store, @case.Id, CaseWords.Said, stop));
    }

    private static async Task<Dictionary<Guid, string>> People(Store store, Case @case, CancellationToken stop)
    {
        var ids = await AssignCase.Candidates(store, stop);
        ids.AddRange(@case.Assignees);
        ids.AddRange(@case.Answerable.Select(Chronicle.PersonOf).OfType<Guid>());
        return (await store.ContactsOf([.. ids.Distinct()], stop)).ToDictionary(pair => pair.Key, pair => pair.Value.Name);
    }
}
