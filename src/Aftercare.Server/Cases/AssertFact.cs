using Aftercare.Cases;
using Aftercare.Ledger;

namespace Aftercare.Server.Cases;

/// <summary>Records since when one of the six facts holds and what shows it; or counters one that was never true.</summary>
public static class AssertFact
{
    public sealed record Command(CaseFact Fact, Stated Since, string Evidence);

    public sealed record Withdrawal(CaseFact Fact, string Reason);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapStep("assert", "facts", fields => new Command(fields.OneOf<CaseFact>("fact"), fields.Stated("since"), fields.Text("evidence", CaseDesk.MaxReason, min: 10)),
            wish => wish.Case.Assert(wish.Asked.Fact, wish.Asked.Since, wish.Asked.Evidence, wish.By, wish.Now));
        app.MapStep("withdraw-assertion", "facts", fields => new Withdrawal(fields.OneOf<CaseFact>("fact"), fields.Text("reason", CaseDesk.MaxReason)),
            wish => wish.Case.WithdrawAssertion(wish.Asked.Fact, wish.Asked.Reason, wish.By));
    }
}
