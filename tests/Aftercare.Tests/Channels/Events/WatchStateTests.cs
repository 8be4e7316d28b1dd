using Aftercare.Channels.Events;
using Xunit;
using static Aftercare.Tests.Channels.Events.SomeEvents;

namespace Aftercare.Tests.Channels.Events;

/// <summary>Three failed authentications within ten minutes are a hit: that is the rule of these tests.</summary>
public sealed class WatchStateTests
{
    private static int _told;

    [Fact]
    public void Events_make_one_hit_and_further_ones_join_it()
    {
        var hits = Fold(Failed(0), Failed(60), Failed(120), Failed(180), Failed(700));

        Assert.Equal([false, true, true], hits.Select(hit => hit.Joins));
        Assert.Equal([3, 1, 1], hits.Select(hit => hit.Events.Length));
        Assert.Single(hits.Select(hit => hit.Id).Distinct());
        Assert.Equal((Now, Now.AddSeconds(700), "SN-1001"), (hits[2].From, hits[2].Until, hits[2].Device));
    }

    [Theory]
    [InlineData(600_000, 1)]
    [InlineData(600_001, 0)]
    public void The_first_and_the_last_are_at_most_the_window_apart(int milliseconds, int hits)
    {
        Assert.Equal(hits, Fold(Failed(0), Failed(1), Failed(milliseconds / 1000.0)).Count);
        // In whatever order they come.
        Assert.Equal(hits, Fold(Failed(milliseconds / 1000.0), Failed(1), Failed(0)).Count);
        Assert.Equal(hits, Fold(Failed(0), Failed(milliseconds / 1000.0), Failed(1)).Count);
    }

    [Fact]
    public void A_hit_that_has_been_quiet_for_the_window_is_over()
    {
        Assert.Equal([false, false], Fold(Failed(0), Failed(1), Failed(2), Failed(603), Failed(604), Failed(605)).Select(hit => hit.Joins));
    }

    [Fact]
    public void Devices_are_watched_apart()
    {
        Assert.Empty(Fold(Failed(0), Failed(1), Failed(2, "ct-2"), Failed(3, "stranger")));
    }

    [Fact]
    public void The_same_message_twice_counts_once()
    {
        var again = Failed(5);
        var state = WatchState.Empty;

        Assert.Empty(Fold(ref state, null, again, again, again, Failed(6)));
        Assert.Equal(2, state.Repeated);
    }

    [Fact]
    public void A_replayed_hit_does_not_join_itself()
    {
        Sighting[] three = [Failed(0), Failed(1), Failed(2)];

        Assert.Single(Fold([.. three, .. three]));
    }

    [Fact]
    public void A_device_that_was_offline_for_days_is_judged_by_when_it_happened()
    {
        Assert.Equal(3, Assert.Single(Fold(Failed(-300_000), Failed(-299_900), Failed(-299_800))).Events.Length);
        Assert.Empty(Fold(Failed(-300_000), Failed(-200_000), Failed(-100_000)));
    }

    [Fact]
    public void A_date_in_the_future_counts_as_now_and_is_told()
    {
        var state = WatchState.Empty;

        // Otherwise a device with a wrong clock would keep its events out of every window.
        Assert.Single(Fold(ref state, null, Failed(400_000_000), Failed(500_000_000), Failed(600_000_000)));
        Assert.Equal(3, state.FutureDated);
        Assert.Equal(0, Folded(Failed(300)).FutureDated);
        Assert.Equal(1, Folded(Failed(301)).FutureDated);
    }

    [Fact]
    public void Without_an_instant_of_its_own_an_event_counts_when_it_comes()
    {
        Assert.Single(Fold(Some("-"), Some("-"), Some("-")));
    }

    [Fact]
    public void Strangers_without_number_do_not_push_out_a_device_that_is_known()
    {
        var state = WatchState.Empty;
        var limits = new WatchLimits { MostDevices = 10 };
        Assert.Empty(Fold(ref state, limits, Failed(0), Failed(1)));
        Assert.Empty(Fold(ref state, limits, [.. Enumerable.Range(0, 100).Select(i => Failed(2, $"stranger-{i}"))]));

        Assert.Equal((10, 91L, 91L), (state.Devices, state.ForgottenDevices, state.ForgottenEvents));
        Assert.Single(Fold(ref state, limits, Failed(3)));
    }

    [Fact]
    public void One_device_without_end_is_remembered_within_bounds_and_what_is_forgotten_is_counted()
    {
        var state = WatchState.Empty;
        // Far enough apart to be no hit.
        Fold(ref state, new WatchLimits { MostEvents = 20 }, [.. Enumerable.Range(0, 100).Select(i => Failed(-1_000 * i))]);

        Assert.Equal((1, 80L), (state.Devices, state.ForgottenEvents));
    }

    [Fact]
    public void What_was_seen_long_ago_is_no_longer_remembered()
    {
        var old = Failed(0);
        var (state, _) = WatchState.Empty.After(old, Now, EventRule.All);

        Assert.Equal(1, state.After(old, Now.AddSeconds(600).AddDays(1), EventRule.All).State.Repeated);
        Assert.Equal(0, state.After(old, Now.AddSeconds(601).AddDays(1), EventRule.All).State.Repeated);
    }

    [Fact]
    public void A_state_is_not_changed_by_what_follows_and_an_event_without_a_sign_changes_nothing()
    {
        var (one, _) = WatchState.Empty.After(Failed(0), Now, EventRule.All);
        var (two, _) = one.After(Failed(1), Now, EventRule.All);

        Assert.Equal((0, 1, 1), (WatchState.Empty.Devices, one.Devices, two.Devices));
        Assert.Empty(one.After(Failed(2), Now, EventRule.All).Hits);
        Assert.Same(one, one.After(Sighting.Of(Syslog("<34>1 - ct-1 a - b -")), Now, EventRule.All).State);
    }

    [Fact]
    public void An_event_meets_every_rule_and_a_rule_that_is_gone_is_passed_over()
    {
        var both = new Sighting("S-0001", "SN-1001", true, "f", Now, ["log-cleared", "emergency-access", "gone"]);

        Assert.Equal(["log-cleared", "emergency-access"], WatchState.Empty.After(both, Now, EventRule.All).Hits.Select(hit => hit.Rule));
    }

    private static Sighting Failed(double seconds, string host = "ct-1") => Some($"{Now.AddMilliseconds(Math.Round(seconds * 1000)):yyyy-MM-ddTHH:mm:ss.fffZ}", host);

    private static Sighting Some(string at, string host = "ct-1") =>
        Sighting.Of(Syslog($"<34>1 {at} {host} a {Interlocked.Increment(ref _told)} node-authentication.failed -"));

    private static WatchState Folded(Sighting happened) => WatchState.Empty.After(happened, Now, EventRule.All).State;

    private static List<RuleHit> Fold(params Sighting[] events)
    {
        var state = WatchState.Empty;
        return Fold(ref state, null, events);
    }

    private static List<RuleHit> Fold(ref WatchState state, WatchLimits? limits, params Sighting[] events)
    {
        var hits = new List<RuleHit>();
        foreach (var happened in events)
        {
            // Ten minutes of live events come when they happen; what is older or ahead is looked at now.
            var ahead = happened.At is { } at && at > Now && at < Now.AddHours(1) ? at : Now;
            (state, var found) = state.After(happened, ahead, EventRule.All, limits);
            hits.AddRange(found);
        }
        return hits;
    }
}
