using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Updates;
using Aftercare.Vulnerabilities;

namespace Aftercare.Server.Updates;

/// <summary>Writes what operators must read before they decide (IEC 81001-5-1 §6.3.1).</summary>
public static class DescribeUpdate
{
    /// <value>4,000 characters a part, so that the whole fits one entry.</value>
    internal const int MaxPart = 4000;

    public sealed record Command(Guid Id, int Seen, UpdateDocument Document);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/updates/{id:guid}/describe", UpdateDesk.Writers, Parse, Handle));

    // A part may wait: the gate asks for it before signing.
    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), new UpdateDocument(
        Part(fields, "change"), Part(fields, "why"), fields.OneOf<Severity>("severity"), Part(fields, "tests"), Part(fields, "instructions"),
        fields.Number("downtimeMinutes", 0, 100_000), Part(fields, "rollback"), Part(fields, "operatorActions"), Part(fields, "residualRisk")));

    private static string Part(Fields fields, string name) => fields.TextOrNull(name, MaxPart) ?? "";

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Update>(command.Id, command.Seen, stop)).Refused(out var why, out var update))
            return why;
        if (update.Describe(command.Document, store.Actor).Refused(out why, out var described))
            return why;
        return await store.Record(new Done(UpdateDesk.PageOf(update.Id), update.Id, update.Number), stop, Change.To(update, described));
    }
}
