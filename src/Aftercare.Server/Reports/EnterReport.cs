using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Reports;

/// <summary>Somebody of the desk enters what came by telephone, letter, meeting, e-mail, ticket or complaint, or from inside.</summary>
public static class EnterReport
{
    public sealed record Model(IReadOnlyList<ChoiceOption> Products);

    /// <summary>The wires that people enter by hand.</summary>
    internal static readonly ImmutableArray<Channel> Channels = [Channel.Telephone, Channel.Email, Channel.Letter, Channel.Meeting, Channel.SupportTicket, Channel.Complaint];

    private static readonly ImmutableArray<Role> Roles = [Role.Support, Role.Analyst, Role.Lead];

    /// <summary>Whose machines report: a tracker, a scanner in the pipeline, a complaint system, a service tool.</summary>
    private static readonly ImmutableArray<Role> Machines = [Role.Support, Role.Analyst, Role.Lead, Role.Developer, Role.Service];

    private static readonly ImmutableArray<(About About, int Max)> Optional =
        [(About.Version, 300), (About.Serial, 300), (About.Environment, 10_000), (About.Component, 300), (About.Steps, 20_000), (About.Impact, 10_000), (About.Reference, 300)];

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<EnterReportPage, Model>(Face.Desk, "/reports/enter", Roles, Load);
        app.MapForm(new Change<Telling>(Face.Desk, "/reports/enter", Roles, Parse, Handle) { Files = Reception.Files });
        app.MapApi(new Change<Telling>(Face.Desk, "/reports", Machines, ParseApi, Handle) { Files = Reception.Files });
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop) => new Model(await ProductChoices.Of(store, stop));

    private static Telling Parse(Fields fields)
    {
        var passages = ImmutableArray.CreateBuilder<(About, string)>();
        passages.Add((About.Description, fields.Text("description", SendReport.MaxDescription)));
        var product = SendReport.ProductOf(fields, passages);
        foreach (var (about, max) in Optional)
            if (fields.TextOrNull(SendReport.FieldOf(about), max) is { } text)
                passages.Add((about, text));
        var channel = fields.OneOf<Channel>("channel");
        if (!Channels.Contains(channel))
            fields.Fault("channel", $"Reports by {Words.Plain(channel).ToLowerInvariant()} are not entered by hand.");
        return new Telling(
            fields.OneOf<SourceCategory>("source"), channel, fields.OneOf<ReportRoute>("route"), fields.Stated("firstHeard"), fields.OneOf<FirstHearer>("firstHeardBy"),
            fields.OneOf<Answer>("patientHarm"), product, SendReport.ContactOf(fields), passages.ToImmutable(), fields.AsSent())
        {
            ClinicalUse = fields.OneOfOrNull<Answer>("clinicalUse"),
            ExploitationSeen = fields.OneOfOrNull<Answer>("exploitationSeen"),
            Files = fields.Files,
        };
    }

    // A machine says what it knows: who reports is needed, the rest has an answer that claims nothing.
    private static Telling ParseApi(Fields fields)
    {
        var passages = ImmutableArray.CreateBuilder<(About, string)>();
        passages.Add((About.Description, fields.Text("description", SendReport.MaxDescription)));
        var product = fields.IdOrNull("product");
        if (product is null && fields.TextOrNull("otherProduct", 300) is { } other)
            passages.Add((About.Product, other));
        foreach (var (about, max) in SendReport.Optional.Add((About.Reference, 300)))
            if (fields.TextOrNull(SendReport.FieldOf(about), max) is { } text)
                passages.Add((about, text));
        var channel = fields.OneOfOrNull<Channel>("channel") ?? Channel.Api;
        if (channel is Channel.WebForm or Channel.FailedVerification)
            fields.Fault("channel", $"Reports by {Words.Plain(channel).ToLowerInvariant()} make themselves.");
        return new Telling(
            fields.OneOf<SourceCategory>("source"), channel, fields.OneOfOrNull<ReportRoute>("route") ?? ReportRoute.Direct, fields.StatedOrNull("firstHeard"),
            fields.OneOfOrNull<FirstHearer>("firstHeardBy") ?? FirstHearer.Desk, fields.OneOfOrNull<Answer>("patientHarm") ?? Answer.Unknown, product,
            Reachable(fields), passages.ToImmutable(), fields.AsSent())
        {
            ClinicalUse = fields.OneOfOrNull<Answer>("clinicalUse"),
            DataAccessed = fields.OneOfOrNull<Answer>("dataAccessed"),
            ExploitationSeen = fields.OneOfOrNull<Answer>("exploitationSeen"),
            MultiVendor = fields.OneOfOrNull<Answer>("multiVendor"),
            Language = fields.TextOrNull("language", 10),
            Files = fields.Files,
        };
    }

    private static Contact? Reachable(Fields fields)
    {
        var (name, email, phone, organisation) = (fields.TextOrNull("name", 200), fields.TextOrNull("email", 200), fields.TextOrNull("phone", 60), fields.TextOrNull("organisation", 200));
        if (email is not null && !email.Contains('@', StringComparison.Ordinal))
            fields.Fault("email", "This is not an e-mail address.");
        return (name ?? email ?? phone ?? organisation) is null ? null : new Contact(name ?? "", email, organisation, phone);
    }

    internal static async Task<Outcome<Done>> Handle(Store store, Telling telling, CancellationToken stop)
    {
        var id = Store.NewId();
        return (await Reception.Receive(store, id, telling, stop)).Refused(out var why, out var received)
            ? why
            : await store.Record(new Done($"/desk/reports/{id}", id, received.Number), stop, Change.Begin(id, received));
    }
}
