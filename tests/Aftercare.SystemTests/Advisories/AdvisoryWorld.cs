using System.Text.RegularExpressions;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Vulnerabilities;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.SystemTests.Advisories;

/// <summary>An assessed case of a pump with two releases, recorded beforehand by somebody else than the people of the test.</summary>
internal sealed record PumpCase(Guid Case, Guid Flaw, Guid Old, Guid New)
{
    public const string Vector = "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H";

    public string Page => $"/desk/cases/{Case:D}";

    public static async Task<PumpCase> In(World world, string title = "Drug library can be changed without a password")
    {
        await using var store = world.Store(Somebody);
        var made = new PumpCase(Store.NewId(), Store.NewId(), Store.NewId(), Store.NewId());
        var product = Store.NewId();
        var manufacturer = await (await store.Rows<Server.Products.ManufacturerRow>(default)).Select(row => row.Subject).FirstAsync();
        _ = (await store.Record(new Done("/", made.Case), default,
            Change.Begin(product, new ProductEvent.Registered(manufacturer, "Infusion pump", "Pumps", $"pump-{product:N}"[..30], "IP-100", "04012345678901")),
            Change.Begin(made.Old, new ReleaseEvent.Registered(product, "4.2.0", Stated.Parse("2025-01-10", null), null)),
            Change.Begin(made.New, new ReleaseEvent.Registered(product, "4.3.0", Stated.Parse("2026-01-10", null), null)),
            Change.Begin(made.Case,
            [
                new CaseEvent.Opened(await store.Number("C", TimeZoneInfo.Utc, default), title, [Store.NewId()], [product], Stated.Parse("2026-02-01", null)),
                new CaseEvent.VulnerabilityAdded(made.Flaw, title, "CVE-2026-1234", "CWE-306"),
                new CaseEvent.VulnerabilityScored(made.Flaw, new Score(Vector, Cvss31.Parse(Vector).Score, null)),
                new CaseEvent.StatusSet(made.Flaw, [made.Old], ProductStatus.KnownAffected, null, Remedy.Mitigation, "It asks for no password."),
                new CaseEvent.StatusSet(made.Flaw, [made.New], ProductStatus.Fixed, null, null, "It asks for one."),
            ]))).Value;
        return made;
    }

    /// <summary>The case moves on while its advisory is under way.</summary>
    public async Task Say(World world, ProductStatus status, Justification? justification, Remedy? remedy)
    {
        await using var store = world.Store(Somebody);
        _ = (await store.Record(new Done("/", Case), default, Change.To((await store.Find<Case>(Case, default))!,
            new CaseEvent.StatusSet(Flaw, [Old], status, justification, remedy, "Looked again.")))).Value;
    }

    private static Viewer Somebody => new() { Actor = Actor.Person(Store.NewId(), Role.Analyst, Role.Lead, Role.Quality), Name = "Sam" };
}

/// <summary>The steps of an advisory as people take them in a browser.</summary>
internal static class AdvisorySteps
{
    /// <summary>Drafts it from the case's page and fills in every word.</summary>
    /// <returns>The path of its page and its number.</returns>
    public static async Task<(string Path, string Number)> Draft(this Visitor author, PumpCase about, string title = "Infusion pump: anybody can change the drug library")
    {
        var page = (await author.Submit(about.Page, $"{about.Page}/advisories", ("title", title))).Is(System.Net.HttpStatusCode.OK);
        var path = page.Path;
        await author.Describe(path, title, "Somebody on the ward network could change dose limits.\n\nPut the pump behind a firewall.", "Rita Researcher; University of Example\nanother finder");
        await author.Submit(path, $"{path}/vulnerabilities/{about.Flaw:D}/describe", ("description", "The drug library service asks for no password."), ("patientImpact", "A wrong limit could let a wrong dose pass."));
        await author.Act(path, about, "mitigation", "Put the pump into a network of its own.");
        return (path, Regex.Match(page.Text, @"ACME-SA-\d{4}-\d{4}").Value);
    }

    public static Task<Page> Describe(this Visitor author, string path, string title, string summary, string credits) =>
        author.Submit(path, $"{path}/describe", ("title", title), ("summary", summary), ("credits", credits));

    public static Task<Page> Act(this Visitor author, string path, PumpCase about, string kind, string details) =>
        author.Submit(path, $"{path}/vulnerabilities/{about.Flaw:D}/remediations", ("kind", kind), ("details", details), ("restart", "none"), ("availableOn", "2026-03-04"));

    public static Task<Page> Approve(this Visitor reviewer, string path, string password = World.Password) => reviewer.Submit(path, $"{path}/approve", ("password", password));

    public static Task<Page> Publish(this Visitor publisher, string path) => publisher.Submit(path, $"{path}/publish", ("password", World.Password));
}
