using System.Globalization;
using System.Security.Cryptography;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Cases;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Reports;

/// <summary>The register of all reports, closed ones too: as a page, and as CSV whose digest the page bears.</summary>
public static class ShowRegister
{
    /// <param name="From">First heard on this day or later; null: no limit. Days are counted in UTC.</param>
    /// <param name="On">The day until which open reports are counted; by it the same CSV can be had again.</param>
    public sealed record Query(SourceCategory? Source, DateOnly? From, DateOnly? To, DateOnly On);

    /// <param name="Case">The number of its case.</param>
    /// <param name="DaysOpen">Whole days from first heard to closure, or to the day asked about.</param>
    public sealed record Line(ReportRow Row, string? Product, string? Case, int DaysOpen);

    /// <param name="Digest">Lowercase hex SHA-256 of the CSV.</param>
    /// <param name="Csv">Its address: the same query, as of the same state.</param>
    public sealed record Model(Query Query, IReadOnlyList<Line> Lines, string Digest, string Csv, long AsOf, ReportsByAge Open);

    private static readonly string[] Header =
        ["Report", "First heard", "First heard by way of", "Source", "Channel", "Product", "Patient harm", "Stage", "Decision", "Case", "Complaint", "Acknowledged", "Closed as", "Closed", "Days open"];

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<RegisterPage, Model>(Face.Desk, "/register", Allowed.Readers, Load);
        app.MapRead(Face.Desk, "/desk/register.csv", Allowed.Readers, async (store, fields, stop) =>
            Outcome.Of(Results.File(Write(await Lines(store, Parse(store, fields), stop)), Csv.MediaType, "register.csv")));
    }

    private static Query Parse(Store store, Fields fields) => new(
        fields.OneOfOrNull<SourceCategory>("source"),
        fields.ParseOrNull<DateOnly>("from", "a day, e.g. 2026-03-04"),
        fields.ParseOrNull<DateOnly>("to", "a day, e.g. 2026-03-04"),
        fields.ParseOrNull<DateOnly>("on", "a day, e.g. 2026-03-04") ?? DateOnly.FromDateTime(store.Now.Utc.UtcDateTime));

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var query = Parse(store, fields);
        var lines = await Lines(store, query, stop);
        return new Model(query, lines, Convert.ToHexStringLower(SHA256.HashData(Write(lines))), "/desk/register.csv" + Address(store, query), store.Now.Ms, await ReportsByAge.Of(store, stop));
    }

    private static async Task<List<Line>> Lines(Store store, Query query, CancellationToken stop)
    {
        var rows = await store.Rows<ReportRow>(stop);
        if (query.Source is { } source)
            rows = rows.Where(row => row.Source == source);
        if (query.From is { } from)
            rows = rows.Where(row => row.FirstHeardAt >= Start(from));
        if (query.To is { } to)
            rows = rows.Where(row => row.FirstHeardAt < Start(to.AddDays(1)));
        var products = await (await store.Rows<ProductRow>(stop)).ToDictionaryAsync(row => row.Subject, row => row.Name, stop);
        var cases = await (await store.Rows<CaseRow>(stop)).ToDictionaryAsync(row => row.Subject, row => row.Number, stop);
        var until = Start(query.On.AddDays(1));
        return [.. (await rows.OrderBy(row => row.FirstHeardAt).ThenBy(row => row.Number).ToListAsync(stop)).Select(row =>
            new Line(
                row, row.Product is { } product ? products.GetValueOrDefault(product) : null, row.Case is { } id ? cases.GetValueOrDefault(id) : null, Days(row.FirstHeardAt, row.ClosedAt ?? until)))];
    }

    private static byte[] Write(IEnumerable<Line> lines) => Csv.Write(Header, lines.Select(line => new[]
    {
        line.Row.Number, line.Row.FirstHeard, Words.Plain(line.Row.Route), line.Row.Source.InWords(), Words.Plain(line.Row.Channel), line.Product, Words.Plain(line.Row.PatientHarm),
        Words.Plain(line.Row.Stage), Plain(line.Row.Disposition), line.Case, line.Row.Complaint is { } complaint ? complaint ? "Yes" : "No" : "",
        Moment(line.Row.AcknowledgedAt), Plain(line.Row.ClosedAs), Moment(line.Row.ClosedAt), line.DaysOpen.ToString(CultureInfo.InvariantCulture),
    }));

    private static string Address(Store store, Query query)
    {
        var parts = new Dictionary<string, string?>
        {
            ["source"] = query.Source is { } source ? Words.Of(source) : null,
            ["from"] = Day(query.From),
            ["to"] = Day(query.To),
            ["on"] = Day(query.On),
            ["as-of"] = store.Viewer.AsOf?.ToString(CultureInfo.InvariantCulture),
        };
        return QueryString.Create(parts.Where(part => part.Value is not null)).ToUriComponent();
    }

    internal static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static long Start(DateOnly day) => Instant.From(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)).Ms;

    private static int Days(long from, long to) => (int)Math.Max(0, (to - from) / (long)TimeSpan.FromDays(1).TotalMilliseconds);

    private static string Moment(long? ms) => ms is { } at ? new Instant(at).ToString() : "";

    private static string Plain<T>(T? value) where T : struct, Enum => value is { } some ? Words.Plain(some) : "";
}
