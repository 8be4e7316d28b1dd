using System.Collections.Immutable;
using Aftercare.Audits;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Audits;

/// <summary>Quality invites an auditor for one audit: somebody who has an account, or somebody new, by a link that is shown once.</summary>
public static class AnnounceAudit
{
    /// <param name="Auditor">Somebody who is an auditor already; null: name and address are those of somebody new.</param>
    /// <param name="StandAt">The moment at which the records stand still; null: they do not.</param>
    public sealed record Command(
        string Title, AuditBody Body, string Of, Guid? Auditor, string? Name, string? Email, Stated From, Stated Until, ImmutableArray<Guid> Products, bool Readiness, string? StandAt);

    public sealed record Model(List<ChoiceOption> Auditors, List<ChoiceOption> Products);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var (once, brand) = (app.ServiceProvider.GetRequiredService<ShownOnce>(), app.ServiceProvider.GetRequiredService<Branding>());
        app.MapPage<AnnouncePage, Model>(Face.Desk, "/audits/announce", [Role.Quality], Load);
        app.MapForm(new Change<Command>(Face.Desk, "/audits/announce", [Role.Quality], Parse, (store, command, stop) => Handle(store, once, brand, command, stop)));
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var auditors = (await (await store.Rows<PersonRow>(stop)).Where(row => row.Standing != Standing.Left).ToListAsync(stop)).Where(row => row.Roles.Contains(Role.Auditor)).Select(row => row.Subject).ToList();
        var names = await store.ContactsOf(auditors, stop);
        var products = await (await store.Rows<ProductRow>(stop)).OrderBy(row => row.Name).Select(row => new { row.Subject, row.Name }).ToListAsync(stop);
        return new Model(
            [.. names.Select(pair => new ChoiceOption(pair.Key.ToString("D"), pair.Value.Name)).OrderBy(option => option.Text, StringComparer.Ordinal)],
            [.. products.Select(row => new ChoiceOption(row.Subject.ToString("D"), row.Name))]);
    }

    private static Command Parse(Fields fields)
    {
        var (auditor, name, email) = (fields.IdOrNull("auditor"), fields.TextOrNull("name", 200), fields.TextOrNull("email", 200));
        if (auditor is null && name is null)
            fields.Fault("name", "Choose an auditor, or name somebody new.");
        if (auditor is null && email?.Contains('@', StringComparison.Ordinal) != true)
            fields.Fault("email", "An e-mail address, e.g. name@example.com.");
        return new Command(
            fields.Text("title", 200), fields.OneOf<AuditBody>("body"), fields.Text("of", 200), auditor, name, email, fields.Stated("from"), fields.Stated("until"), fields.Ids("products"),
            fields.Tick("readiness"), fields.TextOrNull("standAt", 40));
    }

    private static async Task<Outcome<Done>> Handle(Store store, ShownOnce once, Branding brand, Command command, CancellationToken stop)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(brand.Zone);
        long? size = null;
        if (command.StandAt is { } moment)
        {
            if ((await LookBack.SizeOf(store, moment, zone, stop)).Refused(out var unknown, out var found))
                return Refusal.Malformed("standAt", unknown.Faults[0].Reason);
            size = found;
        }
        var products = command.Products.ToList();
        if (await (await store.Rows<ProductRow>(stop)).CountAsync(row => products.Contains(row.Subject), stop) != products.Count)
            return Refusal.Malformed("products", "One of these is not a product.");
        var invited = command.Auditor is null;
        var auditor = command.Auditor ?? Store.NewId();
        if (!invited && (await store.Find<Person>(auditor, stop))?.Roles.Contains(Role.Auditor) != true)
            return Refusal.Malformed("auditor", "Choose somebody who is an auditor.");
        var terms = new AuditEvent.Announced("", command.Title, command.Body, command.Of, auditor, AuditDesk.Start(command.From), AuditDesk.End(command.Until), command.Products, command.Readiness, size);
        if (Audit.Announce(terms, store.Now, store.Actor).Refused(out var why, out _))
            return why;
        var id = Store.NewId();
        if (!invited)
            return await store.Record(new Done(AuditDesk.PageOf(id), id), stop, Change.Begin(id, terms with { Number = await store.Number("A", zone, stop) }));
        if (Person.Invite([Role.Auditor], [], store.Actor).Refused(out why, out var invitation))
            return why;
        if (await store.HasAccount(command.Email!, stop))
            return Refusal.State("person.address-taken", "Somebody signs in with this address already.");
        terms = terms with { Number = await store.Number("A", zone, stop) };
        await store.KeepContact(auditor, new Contact(command.Name!, command.Email, command.Of), stop);
        var secret = await store.IssueSecret(SecretPurpose.Invitation, auditor, store.Now.Plus(PeopleDesk.InvitationLife), stop);
        return await store.Record(
            once.Tell(new Done(AuditDesk.PageOf(id), id, terms.Number), "invitation", $"/invitation/{secret}", store.Viewer), stop, Change.Begin(auditor, invitation), Change.Begin(id, terms));
    }
}
