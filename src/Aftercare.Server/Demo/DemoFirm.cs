using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.People;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Products;
using Aftercare.Server.SignIn;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Demo;

/// <summary>The manufacturer of the demo: who works there, and whether a store is his.</summary>
internal sealed class DemoFirm(IServiceProvider services, Installation installation)
{
    /// <summary>The demo's organisation has this id and no other has: so the demo is recognised, and nothing real is mistaken for it.</summary>
    public static readonly Guid Organisation = new("00000000-0000-7000-8000-00000000de30");

    /// <summary>Everybody's; signing asks for it.</summary>
    public const string Password = "a demo for everybody";

    public static readonly ImmutableArray<(string Name, string Title, ImmutableArray<Role> Roles)> Staff =
    [
        ("Ada Albers", "Administrator", [Role.Administrator]),
        ("Ana Brandt", "Analyst", [Role.Analyst]),
        ("Lena Clausen", "Lead", [Role.Lead]),
        ("Dev Dietrich", "Developer", [Role.Developer]),
        ("Quinn Ebert", "Quality", [Role.Quality]),
        ("Sara Falk", "Clinical safety", [Role.Safety]),
        ("Anna Kruse", "Signer", [Role.Signer]),
        ("Pia Gruber", "Publisher", [Role.Publisher]),
        ("Sue Hansen", "Support", [Role.Support]),
        ("Stan Iversen", "Service engineer", [Role.Service]),
        ("Aud Jensen", "Auditor", [Role.Auditor]),
    ];

    /// <summary>Whose keys sign releases. They hold them; the server does not.</summary>
    public static readonly ImmutableArray<string> Signers = ["Anna Kruse", "Ben Lorenz", "Chloe Maurer"];

    private readonly Dictionary<string, Viewer> _people = [];

    public IServiceProvider Services => services;

    public Installation Installation => installation;

    /// <summary>Whether the store holds this demo, nothing yet, or something else.</summary>
    public static async Task<(bool Demo, bool Empty)> Look(Store store, CancellationToken stop)
    {
        var organisation = await (await store.Rows<OrganisationRow>(stop)).FirstOrDefaultAsync(stop);
        return (organisation?.Subject == Organisation, organisation is null && !await (await store.Rows<PersonRow>(stop)).AnyAsync(stop));
    }

    /// <summary>The record, opened for somebody of the firm who has just proved who he is.</summary>
    public Store As(string title) => Open(ViewerOf(title));

    public Viewer ViewerOf(string title) => _people[title] with { ProvedAt = Instant.From(TimeProvider.System.GetUtcNow()) };

    public Guid IdOf(string title) => _people[title].Person!.Value;

    public Store Open(Viewer viewer) => services.GetRequiredService<Stores>().Open(viewer);

    public async Task Hire(CancellationToken stop)
    {
        foreach (var (name, title, roles) in Staff)
            await Employ(name, title, roles, [], stop);
    }

    public async Task Employ(string name, string title, ImmutableArray<Role> roles, ImmutableArray<Guid> sites, CancellationToken stop)
    {
        await using var store = Open(Viewer.System);
        var (id, email) = (Store.NewId(), $"{title.ToLowerInvariant().Replace(' ', '.')}@demo.invalid");
        await store.KeepContact(id, new Contact(name, email), stop);
        await store.KeepAccount(id, email, Password, stop);
        _ = (await store.Record(new Done("/", id), stop, Change.Begin(id,
            [new PersonEvent.Invited(roles, sites), new PersonEvent.Joined(), .. roles.Select(role => new PersonEvent.RoleGranted(role))]))).Value;
        _people[title] = new Viewer { Actor = new Actor(Actor.PersonId(id), [.. roles]), Name = name, Person = id, Sites = [.. sites] };
    }

    /// <summary>A one-time link for everybody with an account, good on this machine only.</summary>
    public async Task PrintLinks(CancellationToken stop)
    {
        await using var store = Open(Viewer.System);
        var people = await (await store.Rows<PersonRow>(stop)).Where(person => person.Standing == Standing.Active).OrderBy(person => person.Since).ToListAsync(stop);
        var names = await store.ContactsOf([.. people.Select(person => person.Subject)], stop);
        Console.WriteLine($"Sign in as (each link works once, on this machine; the password for signing is '{Password}'):");
        foreach (var person in people)
        {
            await using var issuing = Open(Viewer.System);
            var path = await SignInByLink.Issue(issuing, person.Subject, stop);
            Console.WriteLine($"  {string.Join(", ", person.Roles),-14} {names[person.Subject].Name,-14} {installation.PublicUrl}{path}");
        }
    }
}
