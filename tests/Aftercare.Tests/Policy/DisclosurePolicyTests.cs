using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Policy;

public sealed class DisclosurePolicyTests
{
    private static readonly Actor Lea = Actor.Person(Some.Id("lea"), Role.Lead);

    [Fact]
    public void A_policy_says_everything_but_safe_harbour_may_be_missing()
    {
        var silent = PolicySamples.Drafted() with { Sections = [new PolicySection(PolicyElement.Scope, "Our pumps."), new PolicySection(PolicyElement.HowToReport, " ")] };

        Assert.True(DisclosurePolicy.Draft(silent, Lea).Refused(out var why, out _));

        Assert.Equal(["howToReport", "acknowledgement", "investigation", "coordination", "rulesOfEngagement", "adverseEvents"], why.Faults.Select(fault => fault.Field));
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(31, 30)]
    [InlineData(5, 0)]
    [InlineData(5, 366)]
    public void A_promise_that_cannot_be_meant_is_refused(int acknowledge, int update) =>
        Assert.True(DisclosurePolicy.Draft(PolicySamples.Drafted() with { AcknowledgeWithinBusinessDays = acknowledge, UpdateEveryDays = update }, Lea).Refused(out _, out _));

    [Fact]
    public void Whoever_wrote_it_does_not_approve_it()
    {
        var draft = Some.State<DisclosurePolicy>(Lea, PolicySamples.Drafted());

        Assert.True(draft.Approve(Lea).Refused(out var why, out _));
        Assert.Equal("policy.second-person", why.Code);
        Assert.False(draft.Approve(Some.Quality).Refused(out _, out _));
    }

    [Fact]
    public void What_was_not_approved_is_not_published() =>
        Assert.True(Some.State<DisclosurePolicy>(Lea, PolicySamples.Drafted()).Publish(Some.Quality).Refused(out _, out _));

    [Fact]
    public void It_vouches_for_350_days_and_a_confirmation_begins_them_anew()
    {
        var published = Some.State<DisclosurePolicy>(Lea, PolicySamples.Drafted(), new PolicyEvent.Approved(), new PolicyEvent.Published());
        var confirmed = Some.Next(published, published.Confirm("Still true.", Some.Quality).Value, Some.Quality);

        Assert.Equal(published.Until.Plus(TimeSpan.FromDays(350)), published.Expires);
        Assert.Equal(confirmed.Until.Plus(TimeSpan.FromDays(350)), confirmed.Expires);
    }
}
