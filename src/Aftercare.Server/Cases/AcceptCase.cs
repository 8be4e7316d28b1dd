using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Cases;

/// <summary>The desk takes a case on, once it is rated and judged (IEC 81001-5-1 §9.5).</summary>
public static class AcceptCase
{
    public sealed record Command(string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapStep("accept", "next", Parse, wish => wish.Case.Accept(wish.Asked.Reason, wish.Around, wish.By));

    private static Command Parse(Fields fields) => new(fields.Text("reason", CaseDesk.MaxReason));
}
