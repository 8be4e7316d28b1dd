using Aftercare.Ledger;
using Xunit;

namespace Aftercare.Tests.Ledger;

public sealed class OutcomeTests
{
    [Fact]
    public void A_decision_carries_its_value()
    {
        Outcome<string> decided = "yes";

        Assert.False(decided.Refused(out var why, out var value));
        Assert.Equal((null, "yes", "yes"), (why, value, decided.Value));
    }

    [Fact]
    public void A_refusal_carries_code_and_reason_and_has_no_value()
    {
        Outcome<string> refused = Refusal.State("case.wrong-stage", "It is closed.");

        Assert.True(refused.Refused(out var why, out _));
        Assert.Equal((Because.State, "case.wrong-stage"), (why.Because, why.Code));
        Assert.Equal("case.wrong-stage: It is closed.", Assert.Throws<InvalidOperationException>(() => refused.Value).Message);
    }

    [Fact]
    public void A_malformed_input_names_every_fault()
    {
        var refusal = Refusal.Malformed(new Fault("country", "Two letters."), new Fault("zone", "Unknown."));

        Assert.Equal((Because.Malformed, "malformed"), (refusal.Because, refusal.Code));
        Assert.Equal(["country", "zone"], refusal.Faults.Select(fault => fault.Field));
    }
}
