using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.Reports;
using Aftercare.Server.Mail;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aftercare.Server.Reports;

/// <summary>
/// Anybody reports a vulnerability, without an account and without script (IEC 81001-5-1 §9.2). The form brings the secret of the reporter's private page
/// along, so that the second of two clicks ends on that page too, and we keep only the secret's hash.
/// </summary>
public static class SendReport
{
    /// <param name="Secret">Of the private page to be.</param>
    public sealed record Command(string Secret, Telling Telling);

    /// <param name="Secret">Made for this form only; opens nothing until the report is sent.</param>
    /// <param name="Policy">Whether there is one to read first.</param>
    public sealed record Model(string Secret, IReadOnlyList<ChoiceOption> Products, bool Policy);

    /// <value>40,000 characters of description.</value>
    internal const int MaxDescription = 40_000;

    /// <summary>The optional fields, by the camel-case name of what they are about, with the characters they take.</summary>
    internal static readonly ImmutableArray<(About About, int Max)> Optional =
    [
        (About.Version, 300), (About.Serial, 300), (About.Configuration, 10_000), (About.Environment, 10_000), (About.Component, 300), (About.HowFound, 10_000),
        (About.Steps, 20_000), (About.Tools, 2_000), (About.ProofOfConcept, 40_000), (About.Privileges, 2_000), (About.Impact, 10_000),
        (About.OthersTold, 2_000), (About.PublicationPlan, 300), (About.Credit, 300),
    ];

    /// <summary>Instead of the id of a product that we know.</summary>
    internal const string OtherProduct = "other";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<SendReportPage, Model>(Face.FrontDoor, "/report", Allowed.Anyone, Load);
        app.MapForm(new Change<Command>(Face.FrontDoor, "/r/{secret}/send", Allowed.Anyone, Parse, Handle) { Files = Reception.Files, Again = Again });
    }

    /// <summary>The name of the form field of a passage.</summary>
    internal static string FieldOf(About about) => char.ToLowerInvariant(about.ToString()[0]) + about.ToString()[1..];

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop) =>
        new Model(Store.NewSecret(), await ProductChoices.Of(store, stop), await Reception.InForce(store, stop) is not null);

    private static async Task<IResult> Again(Store store, Fields fields, CancellationToken stop) =>
        new RazorComponentResult<SendReportPage>(new { Model = new Model(Store.IsSecret(fields.Raw("secret")!) ? fields.Raw("secret")! : Store.NewSecret(), await ProductChoices.Of(store, stop), await Reception.InForce(store, stop) is not null) })
        {
            StatusCode = StatusCodes.Status400BadRequest,
        };

    private static Command Parse(Fields fields)
    {
        var secret = fields.Text("secret", 100);
        if (!Store.IsSecret(secret))
            fields.Fault("secret", "The form was not one of ours. Open it again.");
        var passages = ImmutableArray.CreateBuilder<(About, string)>();
        passages.Add((About.Description, fields.Text("description", MaxDescription)));
        var product = ProductOf(fields, passages);
        foreach (var (about, max) in Optional)
            if (fields.TextOrNull(FieldOf(about), max) is { } text)
                passages.Add((about, text));
        var telling = new Telling(
            fields.OneOfOrNull<SourceCategory>("source") ?? SourceCategory.Researcher, Channel.WebForm, ReportRoute.Direct, null, FirstHearer.Desk,
            fields.OneOf<Answer>("patientHarm"), product, ContactOf(fields), passages.ToImmutable(), fields.AsSent())
        {
            ClinicalUse = fields.OneOfOrNull<Answer>("clinicalUse"),
            DataAccessed = fields.OneOfOrNull<Answer>("dataAccessed"),
            ExploitationSeen = fields.OneOfOrNull<Answer>("exploitationSeen"),
            MultiVendor = fields.OneOfOrNull<Answer>("multiVendor"),
            Language = fields.TextOrNull("language", 10),
            // People do not see this field.
            Parked = fields.TextOrNull("website", 10_000) is not null,
            Files = fields.Files,
        };
        return new Command(secret, telling);
    }

    /// <summary>The product's id, or null with a passage that names another one; one of the two must be said.</summary>
    internal static Guid? ProductOf(Fields fields, ImmutableArray<(About, string)>.Builder passages)
    {
        if (fields.Text("product", 40) != OtherProduct)
            return fields.IdOrNull("product");
        passages.Add((About.Product, fields.Text("otherProduct", 300)));
        return null;
    }

    /// <summary>The address, or null for whoever chose to stay anonymous; one of the two must be said.</summary>
    internal static Contact? ContactOf(Fields fields)
    {
        var identity = fields.Text("identity", 20);
        if (identity == "anonymous")
            return null;
        if (identity.Length > 0 && identity != "contact")
            fields.Fault("identity", "Choose one.");
        var (email, phone) = (fields.TextOrNull("email", 200), fields.TextOrNull("phone", 60));
        if (email is null && phone is null)
            fields.Fault("email", "An e-mail address or a telephone number is needed, or choose to stay anonymous.");
        if (email is not null && !email.Contains('@', StringComparison.Ordinal))
            fields.Fault("email", "This is not an e-mail address.");
        return new Contact(fields.TextOrNull("name", 200) ?? "", email, fields.TextOrNull("organisation", 200), phone);
    }

    private static async Task<Outcome<Done>> Handle(Store visitor, Command command, CancellationToken stop)
    {
        await using var store = Nameless(visitor);
        if (await store.AnsweredBefore(stop) is { } before)
            return before;
        var id = Store.NewId();
        if ((await Reception.Receive(store, id, command.Telling, stop)).Refused(out var why, out var received))
            return why;
        await store.KeepSecret(SecretPurpose.Report, command.Secret, id, expires: null, stop);
        if (command.Telling.Contact is { Email: not null })
            await Mails.Cause(store, MailPurpose.ReportReceived, MailParty.Reporter, id, id, stop, link: $"/r/{command.Secret}");
        // Relative to the form's own address, which ends in the secret: so the secret is nowhere on record.
        return await store.Record(new Done("./?received=1", id, received.Number), stop, Change.Begin(id, received));
    }

    // The public form promises namelessness, and the ledger names whoever is signed in.
    private static Store Nameless(Store visitor)
    {
        var store = visitor.As(Viewer.Anonymous);
        store.Asked = visitor.Asked! with { Key = Actor.Anonymous.Id + visitor.Asked.Key[visitor.Asked.Key.IndexOf(':', StringComparison.Ordinal)..] };
        return store;
    }
}
