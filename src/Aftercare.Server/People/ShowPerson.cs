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
using Microsoft.Extensions.Options;

namespace Aftercare.Server.People;

/// <summary>One person: roles in force, proposals that wait for a second person, and by whose decisions.</summary>
public static class ShowPerson
{
    /// <param name="Link">The invitation link, shown to its maker once; null: nothing to show.</param>
    /// <param name="Sessions">In how many browsers he is signed in.</param>
    /// <param name="Open">The names of the steps that the viewer's roles and the person's standing allow.</param>
    public sealed record Model(
        Person Person, Contact? Contact, List<string> Sites, List<ChoiceOption> AllSites, ImmutableArray<TimelineItem> History, string? Link, ImmutableHashSet<string> Open, Actor Viewer, bool SecondFactor, int Sessions, IReadOnlyList<SentMailRow> Mails, bool MailIsOn)
    {
        /// <summary>What hangs on him; null where the viewer has nothing to do with that.</summary>
        public Holdings? Holdings { get; init; }

        /// <summary>Those who stand in for him, by id, with the roles that they hold now.</summary>
        public Dictionary<Guid, (string Name, List<Role> Roles)> Deputies { get; init; } = [];

        /// <summary>Who could stand in for him in some role.</summary>
        public List<ChoiceOption> StandIns { get; init; } = [];
    }


    internal static void Map(IEndpointRouteBuilder app)
    {
        var once = app.ServiceProvider.GetRequiredService<ShownOnce>();
        var installation = app.ServiceProvider.GetRequiredService<Installation>();
        var idle = app.ServiceProvider.GetRequiredService<IOptions<SessionLimits>>().Value.Idle;
        app.MapPage<PersonPage, Model>(Face.Desk, "/people/{id:guid}", Allowed.Readers, (store, fields, stop) => Load(store, once, installation.PublicUrl, idle, fields, stop));
    }

    private static async Task<Outcome<Model>> Load(Store store, ShownOnce once, string publicUrl, TimeSpan idle, Fields fields, CancellationToken stop)
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
            (await store.SessionsOf(person.Id, idle, stop)).Count,
            await ListSentMail.Of(store, person.Id, stop),
            await Server.Mail.Mails.AreOn(store, stop))
        {
            Holdings = PeopleDesk.Granters.Any(store.Actor.Has) && person.Standing != Standing.Invited ? await Holdings.Of(store, person, stop) : null,
            Deputies = await DeputiesOf(store, person, stop),
            StandIns = open.Contains("name-deputy") ? await StandIns(store, person, stop) : [],
        };
    }

    private static async Task<Dictionary<Guid, (string, List<Role>)>> DeputiesOf(Store store, Person person, CancellationToken stop)
    {
        var ids = person.Deputies.Values.Distinct().ToList();
        var names = await store.ContactsOf(ids, stop);
        return await (await store.Rows<PersonRow>(stop)).Where(row => ids.Contains(row.Subject)).ToDictionaryAsync(row => row.Subject, row => (names.GetValueOrDefault(row.Subject)?.Name ?? "(erased)", row.Roles), stop);
    }

    private static async Task<List<ChoiceOption>> StandIns(Store store, Person person, CancellationToken stop)
    {
        var others = await (await store.Rows<PersonRow>(stop)).Where(row => row.Standing != Standing.Left && row.Subject != person.Id && !row.Roles.Contains(Role.Operator)).ToListAsync(stop);
        var fit = others.Select(row => (row.Subject, Roles: row.Roles.Concat(row.Proposed).Where(person.Roles.Contains).ToList())).Where(one => one.Roles.Count > 0).ToList();
        var names = await store.ContactsOf(fit.ConvertAll(one => one.Subject), stop);
        return [.. fit.Where(one => names.ContainsKey(one.Subject)).Select(one => new ChoiceOption(one.Subject.ToString("D"), $"{names[one.Subject].Name}: {string.Join(", ", one.Roles.Select(PeopleDesk.Of))}"))
            .OrderBy(option => option.Text, StringComparer.CurrentCulture)];
    }

    private static string? Said(Event happened) => happened switch
    {
        PersonEvent.Invited { Roles.Length: > 0 } e => $"Proposed: {string.Join(", ", e.Roles.Select(PeopleDesk.Of))}.",
        PersonEvent.RoleProposed e => PeopleDesk.Of(e.Role),
        PersonEvent.RoleGranted e => PeopleDesk.Of(e.Role),
        PersonEvent.RoleRevoked e => $"{PeopleDesk.Of(e.Role)}. {e.Reason}",
        PersonEvent.GroupMissing e => PeopleDesk.Of(e.Role),
        PersonEvent.GroupFound e => PeopleDesk.Of(e.Role),
        PersonEvent.SecondFactorReset e => e.Reason,
        PersonEvent.DeputyNamed e => PeopleDesk.Of(e.Role),
        PersonEvent.Trained e => $"{PeopleDesk.Of(e.Role)}, on {e.On}: {e.Reference}",
        PersonEvent.SessionsEnded e => e.Reason,
        PersonEvent.Left e => e.Reason,
        _ => null,
    };
}
