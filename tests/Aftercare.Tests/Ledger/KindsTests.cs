using Aftercare.Ledger;
using Xunit;

namespace Aftercare.Tests.Ledger;

public sealed class KindsTests
{
    [Kind("twin.happened")]
    private sealed record Left : Event;

    [Kind("twin.happened")]
    private sealed record Right : Event;

    [Kind("thing.made", version: 2)]
    private sealed record Made : Event;

    private sealed record Nameless : Event;

    public static TheoryData<string> Names => [.. Kinds.All.Names];

    [Theory, MemberData(nameof(Names))]
    public void A_kind_belongs_to_a_noun_and_has_a_step_that_records_it(string kind)
    {
        Assert.Matches("^[a-z]+(-[a-z]+)*\\.[a-z]+(-[a-z]+)*$", kind);
        Assert.Contains(TestNoun.Of(kind).Steps, step => step.Kind == kind);
    }

    [Fact]
    public void A_step_records_a_kind_that_exists_and_is_open_to_somebody() =>
        Assert.All(TestNoun.All.SelectMany(noun => noun.Steps), step =>
        {
            Assert.Contains(step.Kind, Kinds.All.Names);
            Assert.NotEmpty(step.Roles);
            Assert.All(step.NotBy, kind => Assert.Contains(kind, Kinds.All.Names));
        });

    [Fact]
    public void A_step_has_one_name_within_its_noun() =>
        Assert.All(TestNoun.All, noun => Assert.Distinct(noun.Steps.Select(step => step.Name)));

    [Fact]
    public void Nouns_have_names_of_their_own() =>
        Assert.Distinct(TestNoun.All.Select(noun => noun.Name));

    [Fact]
    public void Two_events_that_share_a_kind_are_refused() =>
        Assert.Throws<ArgumentException>(() => new KindTable([typeof(Left), typeof(Right)], []));

    [Fact]
    public void An_event_without_a_kind_is_refused() =>
        Assert.Contains("without a kind", Assert.Throws<ArgumentException>(() => new KindTable([typeof(Nameless)], [])).Message, StringComparison.Ordinal);

    [Fact]
    public void An_old_version_without_an_upcaster_is_refused() =>
        Assert.Contains("thing.made/1", Assert.Throws<ArgumentException>(() => new KindTable([typeof(Made)], [])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_kind_that_nobody_knows_has_no_type() => Assert.Null(Kinds.All.TypeOf("case.dreamt-up"));
}
