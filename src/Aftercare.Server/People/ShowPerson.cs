using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Mail;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.People;

/// <summary>One person: roles in force, proposals that wait for a second person, and by whose decisions.</summary>
public static class ShowPerson
{
    /// <param name="Link">The invitation link, shown to its maker once; null: nothing to show.</param>
    /// <param name="Open">The names of the steps that the viewer's roles and the person's standing allow.</param>
    public sealed record Model(
        Person Person, Contact? Contact, List<string> Sites, List<ChoiceOption> AllSites, ImmutableArray<TimelineItem> History, string? Link, ImmutableHashSet<string> Open, Actor Viewer, bool SecondFactor, IReadOnlyList<SentMailRow> Mails, bool MailIsOn);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var once = app.ServiceProvider.GetRequiredService<ShownOnce>();
        var installation = app.ServiceProvider.GetRequiredService<Installation>();
        app.MapPage<PersonPage, Model>(Face.Desk, "/people/{id:guid}", Allowed.Readers, (store, fields, stop) => Load(store, once, installation.PublicUrl, fields, stop));
    }

    private static async Task<Outcome<Model>> Load(Store store, ShownOnce once, string publicUrl, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Person>(fields.Id("id"), stop) is not { } person)
            return Refusal.Invisible;
        var own = person.Sites.ToList();
        var open = Person.Life.Open(person.Standing, store.Actor).Select(step => step.Name).ToImmutableHashSet();
        return new Model(
            person,
            await store.ContactOf(person.Id, stop),
            await (await store.Rows<SiteRow>(stop)).Where(row => own.Contains(row.Subject)).OrderBy(row => row.Name).Select(row => row.Name).ToListAsync(stop),
            own.Count > 0 && open.Contains("change-sites") ? await PeopleDesk.Sites(store, stop) : [],
            await Chronicle.Of<Person>(store, person.Id, Said, stop),
            once.Read(fields.TextOrNull("once", 2000), store.Viewer) is { } path ? publicUrl + path : null,
            open,
            store.Actor,
            await store.HasSecondFactor(person.Id, stop),
            await ListSentMail.Of(store, person.Id, stop),
            await Server.Mail.Mails.AreOn(store, stop));
    }

    private static string? Said(Event happened) => happened switch
    {
        PersonEvent.Invited { Roles.Length: > 0 } e => $"Proposed: {string.Join(", ", e.Roles.Select(PeopleDesk.Of))}.",
        PersonEvent.RoleProposed e => PeopleDesk.Of(e.Role),
        PersonEvent.RoleGranted e => PeopleDesk.Of(e.Role),
        PersonEvent.RoleRevoked e => $"{PeopleDesk.Of(e.Role)}. {e.Reason}",
        PersonEvent.SecondFactorReset e => e.Reason,
        PersonEvent.Left e => e.Reason,
        _ => null,
    };
}
