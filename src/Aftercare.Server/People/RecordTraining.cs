using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.People;

/// <summary>Records that somebody was trained for a role, in what, and when it is due again.</summary>
public static class RecordTraining
{
    public sealed record Command(Guid Id, int Seen, PersonEvent.Trained Training);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(Face.Desk, "/people/{id:guid}/record-training", PeopleDesk.Granters, Parse, Handle));

    private static Command Parse(Fields fields) => new(
        fields.Id("id"), fields.Seen(), new PersonEvent.Trained(fields.OneOf<Role>("role"), fields.Stated("on"), fields.Text("reference", 300), fields.StatedOrNull("nextDue")));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Person>(command.Id, command.Seen, stop)).Refused(out var why, out var person))
            return why;
        if (person.RecordTraining(command.Training, store.Now, store.Actor).Refused(out why, out var trained))
            return why;
        return await store.Record(new Done($"/desk/people/{person.Id}", person.Id), stop, Change.To(person, trained));
    }
}
