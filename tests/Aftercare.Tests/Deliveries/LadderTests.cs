using Aftercare.Deliveries;
using Xunit;

namespace Aftercare.Tests.Deliveries;

public sealed class LadderTests
{
    /// <summary>
    /// Every move, written out a second time: a row is where the device stands, a column where it would go, both in the order of the steps. An x is a move.
    /// </summary>
    private const string Table = """
                              IA NO AV CO FE VE IN CF DE VF IF RB SU NA UN
        InAudience            .  x  x  x  x  x  x  x  x  x  x  x  x  x  x
        Notified              .  .  x  x  x  x  x  x  x  x  x  x  x  x  x
        Available             .  .  .  x  x  x  x  x  x  x  x  x  x  x  x
        Consented             .  .  .  .  x  x  x  x  x  x  x  x  x  x  x
        Fetched               .  .  .  .  .  x  x  x  x  x  x  x  x  x  .
        Verified              .  .  .  .  .  .  x  x  x  x  x  x  x  x  .
        Installed             .  .  .  .  .  .  .  x  .  .  .  x  .  .  .
        Confirmed             .  .  .  .  .  .  .  .  .  .  .  x  .  .  .
        Declined              .  .  .  x  x  x  x  x  .  x  x  x  x  x  .
        VerificationFailed    .  .  .  x  x  x  x  x  x  .  x  x  x  x  .
        InstallFailed         .  .  .  x  x  x  x  x  x  x  .  x  x  x  .
        RolledBack            .  .  .  x  x  x  x  x  x  x  x  .  x  x  .
        Superseded            .  .  .  .  .  .  x  .  .  .  x  x  .  .  .
        NotApplicable         .  .  .  .  .  .  x  .  .  .  x  x  .  .  .
        Unreachable           .  .  .  x  x  x  x  x  x  x  x  x  x  x  .
        """;

    [Fact]
    public void Every_pair_of_steps_is_a_move_or_not_exactly_as_the_table_says()
    {
        var rows = Table.Split('\n').Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(Enum.GetNames<DeliveryStep>(), rows.Select(row => row[0]));
        foreach (var row in rows)
            foreach (var to in Enum.GetValues<DeliveryStep>())
                Assert.True((row[1 + (int)to] == "x") == Ladder.Leads(Enum.Parse<DeliveryStep>(row[0]), to), $"{row[0]} to {to}");
    }

    [Fact]
    public void Every_step_has_one_rung_in_the_order_of_the_steps() =>
        Assert.Equal(Enum.GetValues<DeliveryStep>(), Ladder.Rungs.Select(rung => rung.Step));

    [Fact]
    public void Every_open_step_leads_to_an_end() =>
        Assert.All(Enum.GetValues<DeliveryStep>().Where(Ladder.IsOpen), step => Assert.True(Ladder.Leads(step, DeliveryStep.Installed) && Ladder.Leads(step, DeliveryStep.Superseded)));
}
