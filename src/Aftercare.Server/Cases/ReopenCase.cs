using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Cases;

/// <summary>Begins a new generation of a closed case; the old one stays on record.</summary>
public static class ReopenCase
{
    public sealed record Command(string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapStep("reopen", "next", Parse, wish => wish.Case.Reopen(wish.Asked.Reason, wish.By));

    private static Command Parse(Fields fields) => new(fields.Text("reason", CaseDesk.MaxReason));
}
