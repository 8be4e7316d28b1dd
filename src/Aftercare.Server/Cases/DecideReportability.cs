using Aftercare.Cases;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Cases;

/// <summary>Quality decides for one market whether its regulator must be told, and keeps the reasoning either way. Signed.</summary>
public static class DecideReportability
{
    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapStep("decide-reportability", "decisions", Parse, wish => wish.Case.DecideReportability(wish.Asked, wish.By));

    private static Reportability Parse(Fields fields) =>
        new(fields.Text("market", 2, min: 2), fields.OneOf<YesOrNo>("reportable") == YesOrNo.Yes, fields.Text("reason", CaseDesk.MaxReason));
}
