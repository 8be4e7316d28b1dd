using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.People;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.SignOn;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.SignOn;

/// <summary>By which OpenID provider people sign in. The client secret goes one way: it is sealed, and no page shows it again.</summary>
public static class SetUpSignOn
{
    internal sealed record Command(int Seen, SignOnSettingsEvent.Set Settings, string? Secret);

    /// <param name="Settings">Null: single sign-on was never set up.</param>
    /// <param name="Callback">The address that the provider has to know.</param>
    /// <param name="Administrators">Who could keep a way in of his own.</param>
    /// <param name="Strangers">Those who were turned away, the last one first.</param>
    public sealed record Model(SignOnSettings? Settings, string Callback, List<ChoiceOption> Administrators, List<(StrangerRow Row, Contact? Contact)> Strangers);

    /// <value>20 of those who were turned away.</value>
    private const int MostShown = 20;

    internal static void Map(IEndpointRouteBuilder app)
    {
        var callback = SignInWithProvider.Callback(app.ServiceProvider.GetRequiredService<Installation>());
        app.MapPage<SignOnPage, Model>(Face.Desk, "/sign-on", [Role.Administrator], (store, _, stop) => Load(store, callback, stop));
        app.MapForm(new Change<Command>(Face.Desk, "/sign-on", [Role.Administrator], Parse, Handle));
    }

    private static async Task<Outcome<Model>> Load(Store store, string callback, CancellationToken stop)
    {
        var strangers = await (await store.Rows<StrangerRow>(stop)).OrderByDescending(row => row.Until).Take(MostShown).ToListAsync(stop);
        var administrators = (await (await store.Rows<PersonRow>(stop)).Where(row => row.Standing == Standing.Active).ToListAsync(stop)).Where(row => row.Roles.Contains(Role.Administrator)).ToList();
        var names = await store.ContactsOf([.. strangers.Select(row => row.Subject), .. administrators.Select(row => row.Subject)], stop);
        return new Model(
            await SignOns.Settings(store, stop), callback,
            [.. administrators.Select(row => new ChoiceOption(row.Subject.ToString("D"), names.GetValueOrDefault(row.Subject)?.Name ?? "(erased)")).OrderBy(option => option.Text, StringComparer.CurrentCulture)],
            strangers.ConvertAll(row => (row, names.GetValueOrDefault(row.Subject))));
    }

    private static Command Parse(Fields fields)
    {
        var secret = fields.TextOrNull("clientSecret", 1000);
        return new Command(fields.Seen(), new SignOnSettingsEvent.Set
        {
            Issuer = fields.Text("issuer", 300),
            ClientId = fields.Text("clientId", 300),
            ButtonName = LineOf(fields, "buttonName", 60),
            GroupsClaim = fields.TextOrNull("groupsClaim", 100),
            Groups = GroupsOf(fields),
            BreakGlass = fields.IdOrNull("breakGlass"),
            SecretEntered = secret is not null,
        }, secret);
    }

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        var before = await SignOns.Settings(store, stop);
        if ((before?.Version ?? 0) != command.Seen)
            return Refusal.State("stale", "The settings have changed since you opened the page. Look again, then decide. Nothing was saved.");
        if ((before is null ? SignOnSettings.SetUp(command.Settings, store.Actor) : before.Change(command.Settings, store.Actor)).Refused(out var why, out var set))
            return why;
        // Nobody takes the role of the one who keeps the way in, or leaves with it, meanwhile; and of two that begin at once, the second is decided again.
        await store.Alone(PeopleDesk.Administrators, stop);
        if (before is null && await SignOns.Settings(store, stop) is not null)
            throw new LostRaceException();
        if (command.Settings.BreakGlass is { } person && await Unfit(store, person, stop) is { } unfit)
            return unfit;
        if (command.Secret is { } secret)
            await SignOns.KeepSecret(store, secret, stop);
        var id = before?.Id ?? Store.NewId();
        return await store.Record(new Done("/desk/sign-on", id), stop, before is null ? Change.Begin(id, set) : Change.To(before, set));
    }

    // The way back in, for the day on which the provider does not answer.
    private static async Task<Refusal?> Unfit(Store store, Guid person, CancellationToken stop) =>
        await store.Find<Person>(person, stop) is not { Standing: Standing.Active } found || !found.Roles.Contains(Role.Administrator) ? Refusal.Malformed("breakGlass", "Only an administrator can keep a way in of his own.")
            : await store.HasPassword(person, stop) ? null : Refusal.Malformed("breakGlass", "This administrator has no password, so he would be locked out with everybody else.");

    private static string LineOf(Fields fields, string name, int max)
    {
        var text = fields.Text(name, max);
        if (text.Any(char.IsControl))
            fields.Fault(name, "One line of plain text.");
        return text;
    }

    private static ImmutableArray<GroupRole> GroupsOf(Fields fields)
    {
        var lines = ImmutableArray.CreateBuilder<GroupRole>();
        foreach (var line in fields.Lines("groups", SignOnSettings.MaxGroups, 300))
        {
            // The last one, since groups of a directory are named with it: CN=psirt,OU=groups.
            var at = line.LastIndexOf('=');
            var (group, word) = at < 1 ? ("", "") : (line[..at].Trim(), line[(at + 1)..].Trim());
            if (group.Length > 0 && SignOnSettings.ForGroups.Where(role => string.Equals(Words.Of(role), word, StringComparison.OrdinalIgnoreCase)).Select(role => (Role?)role).FirstOrDefault() is { } known)
                lines.Add(new GroupRole(group, known));
            else
                fields.Fault("groups", $"'{(line.Length <= 60 ? line : line[..60] + "…")}' is not a group, an equals sign and one of {string.Join(", ", SignOnSettings.ForGroups.Select(role => Words.Of(role)))}.");
        }
        return [.. lines.Distinct()];
    }
}
