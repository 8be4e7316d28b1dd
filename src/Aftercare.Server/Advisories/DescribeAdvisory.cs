using System.Collections.Immutable;
using Aftercare.Advisories;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Advisories;

/// <summary>Writes title, plain-language summary and credits anew. Names are kept where they can be erased; the ledger holds their digest.</summary>
public static class DescribeAdvisory
{
    public sealed record Command(Guid Id, int Seen, string Title, string Summary, ImmutableArray<string> Credits);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/advisories/{id:guid}/describe", Allowed.Desk, Parse, Handle));

    private static Command Parse(Fields fields) => new(
        fields.Id("id"), fields.Seen(), fields.Text("title", Limits.Title), fields.Text("summary", Limits.Summary), fields.Lines("credits", Limits.Credits, Limits.Credit));

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Advisory>(command.Id, command.Seen, stop)).Refused(out var why, out var advisory))
            return why;
        var credits = command.Credits.IsEmpty ? null : await store.KeepText(advisory.Id, string.Join('\n', command.Credits), stop);
        if (advisory.Describe(command.Title, command.Summary, credits, store.Actor).Refused(out why, out var described))
            return why;
        return await store.Record(new Done(AdvisoryDesk.PageOf(advisory.Id), advisory.Id), stop, Change.To(advisory, described));
    }
}
