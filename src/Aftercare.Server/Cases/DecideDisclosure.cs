using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Cases;

/// <summary>Decides whether users are told (IEC 81001-5-1 §4.1.7, §9.5). Signed.</summary>
public static class DecideDisclosure
{
    public sealed record Command(bool Disclose, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapStep("decide-disclosure", "decisions", Parse, wish => wish.Case.DecideDisclosure(wish.Asked.Disclose, wish.Asked.Reason, wish.By));

    private static Command Parse(Fields fields) => new(fields.OneOf<YesOrNo>("disclose") == YesOrNo.Yes, fields.Text("reason", CaseDesk.MaxReason));
}
