using Aftercare.Ledger;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Cases;

/// <summary>Puts a case off to a day on which it is looked at again. Signed.</summary>
public static class DeferCase
{
    public sealed record Command(string Reason, Stated ReviewOn);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapStep("defer", "next", Parse, wish => wish.Case.Defer(wish.Asked.Reason, wish.Asked.ReviewOn, wish.Around, wish.By, wish.Now));

    private static Command Parse(Fields fields) => new(fields.Text("reason", CaseDesk.MaxReason), fields.Stated("reviewOn"));
}
