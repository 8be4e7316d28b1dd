using Aftercare.Cases;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Cases;

/// <summary>An answer that has to be chosen: a tick that was forgotten would be a "no" that nobody gave.</summary>
public enum YesOrNo
{
    Yes,
    No,
}

/// <summary>Clinical safety judges whether a patient could be harmed (IEC 81001-5-1 §9.4 f). Signed.</summary>
public static class JudgeSafety
{
    internal static void Map(IEndpointRouteBuilder app) => app.MapStep("judge-safety", "decisions", Parse, wish => wish.Case.JudgeSafety(wish.Asked, wish.By));

    private static SafetyJudgement Parse(Fields fields) => new(
        fields.OneOf<YesOrNo>("harmPossible") == YesOrNo.Yes, fields.Text("statement", CaseDesk.MaxReason), fields.Lines("riskItems", 20, 100));
}
