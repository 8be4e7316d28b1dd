using Aftercare.Advisories;
using Aftercare.Cases;
using Aftercare.Policy;
using Aftercare.Products;
using Aftercare.Reports;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Updates;

namespace Aftercare.Server.Search;

/// <summary>
/// By which words each noun is found, and by whom. One table, so that it can be read at once: what a view keeps from somebody must not be found by him here.
/// Words of reporters are not in it; they are erasable and stand in an index of their own.
/// </summary>
internal static class Findable
{
    /// <summary>The public half of a subject that the desk knows more of.</summary>
    private const string Public = "public";

    public static View Cases { get; } = SearchRow.View<Case>(10, one =>
    [
        SearchRow.Of(one.Number, one.Title, one.Vulnerabilities.Select(flaw => flaw.Cve), one.Vulnerabilities.SelectMany(flaw => new[] { flaw.Title, flaw.Cwe })).At(one.Stage),
    ]);

    public static View Reports { get; } = SearchRow.View<Report>(20, one =>
    [
        SearchRow.Of(one.Number, one.Source.InWords(), one.Received.Advisory?.Flaws.Select(flaw => flaw.Cve) ?? [],
            [one.Missing, one.Received.Advisory?.Publisher, one.Received.Advisory?.Id, .. one.Received.Advisory?.Flaws.Select(flaw => flaw.Title) ?? []]).At(one.Stage),
    ]);

    public static View Advisories { get; } = SearchRow.View<Advisory>(30, one => one.LatestText is { } text
        ? [Of(one, one.Text).At(one.Stage), Outside(Of(one, text))]
        : [Of(one, one.Text).At(one.Stage)]);

    public static View PastAdvisories { get; } = SearchRow.View<PastAdvisory>(35, one => [SearchRow.Of(one.Said.Number, one.Said.Title, one.Said.Cves, [one.Said.Publisher, .. one.Said.Products])]);

    public static View Updates { get; } = SearchRow.View<Update>(40, one => one.Stage is UpdateStage.Published or UpdateStage.Withdrawn
        ? [Of(one, one.Fixes.Select(fix => fix.Cve)), Outside(Of(one, []))]
        : [Of(one, one.Fixes.Select(fix => fix.Cve))]);

    public static View Statements { get; } = SearchRow.View<Statement>(50, one =>
    {
        var row = SearchRow.Of("", $"{one.Update.Supplier} {one.Update.Identifier}: {one.Update.Title}", [one.Update.Identifier, ThirdPartyUpdate.KeyOf(one.Update.Identifier)],
            one.Decision?.Conditions, one.Decision?.Mitigation?.Measures).At(one.Stage);
        row.ForAll = one.Stage is StatementStage.Published or StatementStage.Superseded;
        return [row];
    });

    public static View Sources { get; } = SearchRow.View<WatchedSource>(55, one =>
        [SearchRow.Of("", one.Source.InWords(), [], one.Standing.Select(silence => $"Silent from {silence.Period}, signed."))]);

    public static View Products { get; } = SearchRow.View<Product>(60, one => [SearchRow.Of("", one.Name, [one.Model, one.UdiDi], one.Family, one.Line)]);

    public static View Releases { get; } = SearchRow.View<Release>(70, one => [SearchRow.Of("", one.VersionName, [one.VersionName])]);

    public static View Items { get; } = SearchRow.View<SoftwareItem>(80, one => [SearchRow.Of("", $"{one.Name} {one.VersionName}", [one.Purl], one.Supplier)]);

    public static View Sites { get; } = SearchRow.View<Site>(90, one => [SearchRow.Of("", one.Name, [])]);

    public static View Devices { get; } = SearchRow.View<Device>(100, one =>
    {
        var row = SearchRow.Of("", one.Serial, [one.Serial, one.Udi]).At(one.Stage);
        row.Site = one.Site;
        return [row];
    });

    private static SearchRow Of(Advisory advisory, AdvisoryText text) => SearchRow.Of(advisory.Number, text.Title, [],
        [text.Summary, .. text.Vulnerabilities.SelectMany(flaw => flaw.Remediations.Select(remedy => remedy.Details).Prepend(flaw.PatientImpact).Prepend(flaw.Description))]);

    private static SearchRow Of(Update update, IEnumerable<string?> cves) => SearchRow.Of(update.Number, update.Title, cves, update.Document?.Change, update.Document?.Why).At(update.Stage);

    private static SearchRow At<TStage>(this SearchRow row, TStage stage) where TStage : struct, Enum
    {
        row.State = Words.Plain(stage);
        return row;
    }

    private static SearchRow Outside(SearchRow row)
    {
        (row.Part, row.ForDesk, row.ForAll) = (Public, false, true);
        return row;
    }
}
