using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Cases;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Updates;

/// <summary>Says which vulnerabilities of which cases an update mends.</summary>
public static class NameFixes
{
    private static ImmutableArray<Role> Roles { get; } = [.. UpdateDesk.Writers, Role.Analyst];

    /// <param name="Fixes">Case and vulnerability.</param>
    public sealed record Command(Guid Id, int Seen, ImmutableArray<(Guid Case, Guid Vulnerability)> Fixes);

    /// <summary>A vulnerability that could be named.</summary>
    /// <param name="Label">Case, CVE and title.</param>
    public sealed record Candidate(Guid Case, Guid Vulnerability, string? Cve, string Label)
    {
        /// <summary>As forms and the API name it.</summary>
        public string Value => $"{Case:D}/{Vulnerability:D}";
    }

    internal static void Map(IEndpointRouteBuilder app) => app.Map(new Change<Command>(Face.Desk, "/updates/{id:guid}/name-fixes", Roles, Parse, Handle));

    /// <summary>The vulnerabilities of every case about the update's product.</summary>
    internal static async Task<List<Candidate>> Candidates(Store store, Update update, CancellationToken stop)
    {
        var (cases, flaws) = (await store.Rows<CaseRow>(stop), await store.Rows<CaseVulnerabilityRow>(stop));
        var rows = await (
            from @case in cases
            join flaw in flaws on @case.Subject equals flaw.Subject
            where @case.Products.Contains(update.Product)
            orderby @case.Number, flaw.Part
            select new { @case.Subject, @case.Number, flaw.Vulnerability, flaw.Cve, flaw.Title }).ToListAsync(stop);
        return rows.ConvertAll(row => new Candidate(row.Subject, row.Vulnerability, row.Cve, $"{row.Number}: {(row.Cve is null ? "" : row.Cve + ", ")}{row.Title}"));
    }

    private static Command Parse(Fields fields)
    {
        var fixes = ImmutableArray.CreateBuilder<(Guid, Guid)>();
        foreach (var text in fields.Many("fixes"))
        {
            if (text.Split('/') is [var @case, var flaw] && Guid.TryParse(@case, out var caseId) && Guid.TryParse(flaw, out var flawId))
                fixes.Add((caseId, flawId));
            else
                fields.Fault("fixes", "Each is the id of a case, a slash, and the id of a vulnerability.");
        }
        return new Command(fields.Id("id"), fields.Seen(), fixes.ToImmutable());
    }

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Update>(command.Id, command.Seen, stop)).Refused(out var why, out var update))
            return why;
        var candidates = (await Candidates(store, update, stop)).ToDictionary(one => (one.Case, one.Vulnerability));
        if (!command.Fixes.All(candidates.ContainsKey))
            return Refusal.Malformed("fixes", "One of these is not a vulnerability of a case about this product.");
        if (update.NameFixes([.. command.Fixes.Select(fix => new Fix(fix.Case, fix.Vulnerability, candidates[fix].Cve))], store.Actor).Refused(out why, out var named))
            return why;
        return await store.Record(new Done(UpdateDesk.PageOf(update.Id), update.Id, update.Number), stop, Change.To(update, named));
    }
}
