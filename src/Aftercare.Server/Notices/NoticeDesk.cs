using Aftercare.Deliveries;
using Aftercare.Server.Advisories;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Products;
using Aftercare.Server.Statements;
using Aftercare.Updates;
using Aftercare.Vulnerabilities;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Notices;

/// <summary>What a notice is about, as lists name it.</summary>
/// <param name="Verdict">Of a statement; null for an advisory.</param>
/// <param name="Severity">Of an advisory; null where none is rated, and for a statement.</param>
/// <param name="DeskPage">Where our own people work on it.</param>
public sealed record NoticeSubject(string Title, Verdict? Verdict, Severity? Severity, string DeskPage);

/// <summary>What the use cases around notices share.</summary>
internal static class NoticeDesk
{
    /// <summary>By the statement's or advisory's id. What is not public is not in it.</summary>
    public static async Task<Dictionary<Guid, NoticeSubject>> Subjects(Store store, IReadOnlyCollection<Guid> about, CancellationToken stop)
    {
        var statements =
            from statement in await store.Rows<StatementRow>(stop)
            join release in await store.Rows<ReleaseRow>(stop) on statement.Release equals release.Subject
            join product in await store.Rows<ProductRow>(stop) on release.Product equals product.Subject
            where about.Contains(statement.Subject)
            select new { statement, product.Name, release.VersionName };
        var subjects = (await statements.ToListAsync(stop)).ToDictionary(one => one.statement.Subject, one => new NoticeSubject(
            $"{one.statement.Supplier} {one.statement.Identifier} on {one.Name} {one.VersionName}", one.statement.Verdict, null, $"/desk/statements/{one.statement.Subject:D}"));
        foreach (var advisory in await (await store.Rows<PublishedAdvisoryRow>(stop)).Where(row => about.Contains(row.Subject)).ToListAsync(stop))
            subjects[advisory.Subject] = new NoticeSubject($"{advisory.Number}: {advisory.Title}", null, advisory.Severity, AdvisoryDesk.PageOf(advisory.Subject));
        return subjects;
    }

    public static string StandsAt(NoticeRow notice) => notice switch
    {
        { Stage: NoticeStage.Lapsed } => "Lapsed",
        { Unread: true, ReadAt: null } => "Not read yet",
        { Unread: true } => "Changed since it was read",
        _ => "Read",
    };
}
