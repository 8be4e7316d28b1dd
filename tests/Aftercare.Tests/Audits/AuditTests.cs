using Aftercare.Audits;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Audits;

public sealed class AuditTests
{
    private static readonly Actor Quinn = Actor.Person(Some.Id("Quinn"), Role.Quality);
    private static readonly Actor Ada = Actor.Person(Some.Id("Ada"), Role.Administrator);
    private static readonly Actor Aud = Actor.Person(Some.Id("Aud"), Role.Auditor);
    private static readonly Instant Now = Some.Monday.Plus(TimeSpan.FromDays(1));
    private static readonly Guid[] Ids = [.. Enumerable.Range(0, 50).Select(n => Some.Id($"report {n}"))];

    private static Audit Announced => Some.State<Audit>(Quinn, AuditSamples.Announced());

    private static Audit Open => Some.Next(Announced, new AuditEvent.Opened(), Ada);

    private static AuditEvent.Sampled Asked(string seed) => AuditSamples.Sampled() with { Seed = seed, Number = 0, Items = [], Digest = "" };

    [Fact]
    public void Only_quality_announces_an_audit()
    {
        Assert.Equal("audit.wrong-role", Why(Audit.Announce(AuditSamples.Announced(), Some.Monday, Ada)));
        Assert.Equal("audit.wrong-role", Why(Audit.Announce(AuditSamples.Announced(), Some.Monday, Aud)));
        Assert.Equal("", Why(Audit.Announce(AuditSamples.Announced(), Some.Monday, Quinn)));
    }

    [Fact]
    public void Quality_invites_auditors_and_nobody_else()
    {
        Assert.False(Person.Invite([Role.Auditor], [], Quinn).Refused(out _, out _));
        Assert.True(Person.Invite([Role.Auditor, Role.Lead], [], Quinn).Refused(out var why, out _));
        Assert.Equal("person.wrong-role", why.Code);
        Assert.True(Person.Invite([Role.Auditor], [], Actor.Person(Some.Id("Pia"), Role.Publisher)).Refused(out _, out _));
    }

    [Fact]
    public void Whoever_announced_it_does_not_let_the_auditor_in()
    {
        Assert.Equal("audit.second-person", Why(Announced.Open(Quinn)));
        Assert.Equal("", Why(Announced.Open(Ada)));
        Assert.Equal("audit.wrong-role", Why(Announced.Open(Aud)));
    }

    [Fact]
    public void Nobody_audits_himself_in()
    {
        var own = AuditSamples.Announced() with { Auditor = Some.Id("Quinn") };

        Assert.Equal("malformed", Why(Audit.Announce(own, Some.Monday, Quinn)));
        Assert.Equal("audit.own", Why(Some.State<Audit>(Quinn, AuditSamples.Announced() with { Auditor = Some.Id("Ada") }).Open(Ada)));
    }

    [Fact]
    public void A_time_box_is_at_most_thirty_days_and_does_not_lie_in_the_past()
    {
        var longer = AuditSamples.Announced() with { Until = Some.Monday.Plus(TimeSpan.FromDays(30) + TimeSpan.FromMilliseconds(1)) };

        Assert.Equal("malformed", Why(Audit.Announce(longer, Some.Monday, Quinn)));
        Assert.Equal("", Why(Audit.Announce(longer with { Until = Some.Monday.Plus(TimeSpan.FromDays(30)) }, Some.Monday, Quinn)));
        Assert.Equal("malformed", Why(Audit.Announce(AuditSamples.Announced(), Some.Monday.Plus(TimeSpan.FromDays(10)), Quinn)));
    }

    [Fact]
    public void The_first_instant_is_inside_and_the_last_is_not()
    {
        var (from, until) = (Open.Terms.From, Open.Ends);

        Assert.False(Open.IsOpen(from.Plus(TimeSpan.FromMilliseconds(-1))));
        Assert.True(Open.IsOpen(from));
        Assert.True(Open.IsOpen(until.Plus(TimeSpan.FromMilliseconds(-1))));
        Assert.False(Open.IsOpen(until));
        Assert.False(Announced.IsOpen(from));
        Assert.False(Some.Next(Open, new AuditEvent.Closed("Done."), Quinn).IsOpen(from));
    }

    [Fact]
    public void The_auditor_extends_nothing_and_grants_himself_nothing()
    {
        Assert.Equal("audit.wrong-role", Why(Open.Extend(Open.Ends.Plus(TimeSpan.FromDays(1)), "More time.", Now, Aud)));
        Assert.Equal("audit.wrong-role", Why(Open.Grant(Withheld.Case, Some.Id("case"), "Please.", Aud)));
        Assert.Equal("audit.wrong-role", Why(Open.DecideReadiness(true, "Please.", Aud)));
        Assert.Equal("audit.wrong-role", Why(Open.Answer(1, "Yes.", null, Aud)));
    }

    [Fact]
    public void An_extension_counts_thirty_days_from_its_decision()
    {
        Assert.Equal("malformed", Why(Open.Extend(Open.Ends, "No longer than before.", Now, Quinn)));
        Assert.Equal("malformed", Why(Open.Extend(Now.Plus(TimeSpan.FromDays(30) + TimeSpan.FromMilliseconds(1)), "Long.", Now, Quinn)));
        var extended = Some.Next(Open, Open.Extend(Now.Plus(TimeSpan.FromDays(30)), "The second site.", Now, Quinn).Value, Quinn);

        Assert.True(extended.IsOpen(Now.Plus(TimeSpan.FromDays(29))));
    }

    [Fact]
    public void A_sample_can_be_drawn_again_by_anybody()
    {
        var drawn = (AuditEvent.Sampled)Open.DrawSample(Asked("4711"), Ids, 10, Now, Aud).Value;
        var again = (AuditEvent.Sampled)Open.DrawSample(Asked("4711"), [.. Ids.Reverse()], 10, Now, Aud).Value;
        var other = (AuditEvent.Sampled)Open.DrawSample(Asked("4712"), Ids, 10, Now, Aud).Value;

        Assert.Equal(drawn.Items, again.Items);
        Assert.Equal(drawn.Digest, again.Digest);
        Assert.NotEqual(drawn.Items, other.Items);
        Assert.Equal((1, 50, 10), (drawn.Number, drawn.Count, drawn.Items.Length));
    }

    [Fact]
    public void A_seed_that_is_rolled_again_until_it_suits_leaves_every_try_on_record()
    {
        var audit = Open;
        foreach (var seed in new[] { "a", "b", "c" })
            audit = Some.Next(audit, audit.DrawSample(Asked(seed), Ids, 5, Now, Aud).Value, Aud);

        Assert.Equal([1, 2, 3], audit.Samples.Select(sample => sample.Drawn.Number));
        Assert.DoesNotContain(Audit.Life.Steps, step => step.Kind is "audit.sample-removed" || (step.Kind == "audit.sampled" && step.Roles.Contains(Role.Quality)));
    }

    [Fact]
    public void Only_the_auditor_draws_looks_and_asks_and_only_in_his_time()
    {
        var stranger = Actor.Person(Some.Id("another auditor"), Role.Auditor);

        Assert.Equal("audit.wrong-role", Why(Open.DrawSample(Asked("1"), Ids, 5, Now, Quinn)));
        Assert.Equal("not-found", Why(Open.DrawSample(Asked("1"), Ids, 5, Now, stranger)));
        Assert.Equal("audit.not-open", Why(Open.DrawSample(Asked("1"), Ids, 5, Open.Ends, Aud)));
        Assert.Equal("audit.not-open", Why(Open.Request("Show me one.", Open.Ends, Aud)));
        Assert.Equal("audit.wrong-stage", Why(Announced.Request("Show me one.", Now, Aud)));
    }

    [Fact]
    public void Only_what_is_in_a_sample_is_ticked_off()
    {
        var drawn = Some.Next(Open, Open.DrawSample(Asked("1"), Ids, 5, Now, Aud).Value, Aud);
        var item = drawn.Samples[0].Drawn.Items[0];

        Assert.Equal("not-found", Why(drawn.LookAt(1, Some.Id("not in it"), "", Now, Aud)));
        Assert.Equal("not-found", Why(drawn.LookAt(2, item, "", Now, Aud)));
        Assert.Equal("Fine.", Some.Next(drawn, drawn.LookAt(1, item, "Fine.", Now, Aud).Value, Aud).Samples[0].Looks[item].Note);
    }

    [Theory]
    [InlineData(0, "4711", "malformed")]
    [InlineData(101, "4711", "malformed")]
    [InlineData(1, "", "malformed")]
    [InlineData(1, " 4711", "malformed")]
    [InlineData(1, "47\n11", "malformed")]
    [InlineData(100, "4711", "")]
    public void Size_and_seed_have_limits(int size, string seed, string why) => Assert.Equal(why, Why(Open.DrawSample(Asked(seed), Ids, size, Now, Aud)));

    [Fact]
    public void There_is_an_end_to_drawing()
    {
        var audit = Open;
        for (var n = 0; n < Audit.MaxSamples; n++)
            audit = Some.Next(audit, audit.DrawSample(Asked($"{n}"), Ids, 1, Now, Aud).Value, Aud);

        Assert.Equal("audit.samples-full", Why(audit.DrawSample(Asked("one more"), Ids, 1, Now, Aud)));
    }

    [Fact]
    public void An_answer_leads_to_no_other_server()
    {
        var asked = Some.Next(Open, Open.Request("Show me one.", Now, Aud).Value, Aud);

        Assert.Equal("malformed", Why(asked.Answer(1, "Here.", "//elsewhere.example", Quinn)));
        Assert.Equal("malformed", Why(asked.Answer(1, "Here.", "https://elsewhere.example", Quinn)));
        Assert.Equal("malformed", Why(asked.Answer(1, "Here.", "/\\elsewhere.example", Quinn)));
        Assert.Equal("", Why(asked.Answer(1, "Here.", "/desk/reports", Quinn)));
        Assert.Equal("not-found", Why(asked.Answer(2, "Here.", null, Quinn)));
    }

    [Fact]
    public void Openings_are_sealed_without_a_gap()
    {
        Opening[] openings = [new(1, Now, null, "/audit"), new(2, Now, 7, "/audit/register")];
        var once = Some.Next(Open, Open.SealOpenings(openings, Actor.System).Value, Actor.System);

        Assert.Equal(3, once.NextToSeal);
        Assert.Equal("audit.openings", Why(once.SealOpenings([new(4, Now, null, "/audit")], Actor.System)));
        Assert.Equal("audit.openings", Why(once.SealOpenings([], Actor.System)));
        Assert.NotEqual(Opening.DigestOf(openings), Opening.DigestOf([openings[0], openings[1] with { AsOf = null }]));
        Assert.NotEqual(Opening.DigestOf(openings), Opening.DigestOf([openings[0]]));
        Assert.Equal("audit.wrong-role", Why(once.SealOpenings([new(3, Now, null, "/audit")], Quinn)));
    }

    private static string Why(Outcome<AuditEvent> decision) => decision.Refused(out var why, out _) ? why.Code : "";
}
