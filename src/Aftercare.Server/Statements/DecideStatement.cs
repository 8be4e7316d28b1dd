using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Updates;

namespace Aftercare.Server.Statements;

/// <summary>Says whether the update may be installed. Signed, so by people only; it may be decided anew until it is published.</summary>
public static class DecideStatement
{
    private const int MaxText = 4000;

    public sealed record Command(Guid Id, int Seen, StatementEvent.Decided Decision);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(Face.Desk, "/statements/{id:guid}/decide", [Role.Lead, Role.Quality], Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), new StatementEvent.Decided(
        fields.OneOf<Verdict>("verdict"), fields.TextOrNull("testedConfiguration", MaxText) ?? "", fields.TextOrNull("testReference", 200),
        fields.TextOrNull("conditions", MaxText), Instead(fields), fields.Stated("decidedOn")));

    // Whoever says one part of it says all of it.
    private static Mitigation? Instead(Fields fields)
    {
        var parts = new[] { "riskIfNotApplied", "riskIfApplied", "measures", "workflowEffect" };
        if (parts.All(part => fields.TextOrNull(part, MaxText) is null) && fields.StatedOrNull("reviewOn") is null)
            return null;
        return new Mitigation(fields.Text(parts[0], MaxText), fields.Text(parts[1], MaxText), fields.Text(parts[2], MaxText), fields.Text(parts[3], MaxText), fields.Stated("reviewOn"));
    }

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Statement>(command.Id, command.Seen, stop)).Refused(out var why, out var statement))
            return why;
        if (statement.Decide(command.Decision, store.Actor).Refused(out why, out var decided))
            return why;
        return await store.Record(new Done($"/desk/statements/{statement.Id:D}", statement.Id), stop, Change.To(statement, decided));
    }
}
