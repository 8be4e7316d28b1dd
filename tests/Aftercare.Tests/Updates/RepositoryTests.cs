using Aftercare.Ledger;
using Aftercare.Tests.Ledger;
using Aftercare.Updates;
using Xunit;

namespace Aftercare.Tests.Updates;

public sealed class RepositoryTests
{
    private static readonly Actor Signer = Actor.Person(Some.Id("signer"), Role.Signer);
    private static readonly Actor Quality = Actor.Person(Some.Id("quality"), Role.Quality);

    [Fact]
    public void A_root_is_published_by_another_person_than_proposed_it()
    {
        var proposed = Proposed(Quality);

        Assert.Equal("repository.second-person", Refused(proposed.PublishRoot(Quality)));
        Assert.Equal("repository.wrong-role", Refused(proposed.PublishRoot(Signer)));
        Assert.Equal(new RepositoryEvent.RootPublished(1, new string('a', 64)), proposed.PublishRoot(Some.Administrator).Value);
    }

    [Fact]
    public void Roots_follow_one_another_without_a_gap()
    {
        Assert.Equal("repository.root-version", Refused(Repository.ProposeRoot(null, 2, "", UpdateSamples.Drafts, Signer)));
        var first = Some.Next(Proposed(Signer), Proposed(Signer).PublishRoot(Quality).Value, Quality);
        Assert.Equal("repository.root-version", Refused(Repository.ProposeRoot(first, 1, "", UpdateSamples.Drafts, Signer)));
        Assert.Equal("repository.no-proposal", Refused(first.PublishRoot(Quality)));
    }

    [Fact]
    public void It_remembers_the_version_of_every_list()
    {
        var repository = Some.Next(Some.Next(Proposed(Signer),
            new RepositoryEvent.TargetsPublished([new("targets", 1, ""), new("pump", 1, "")], 1, 1), Actor.System),
            new RepositoryEvent.TargetsPublished([new("pump", 2, "")], 2, 2), Actor.System);

        Assert.Equal([KeyValuePair.Create("pump", 2), KeyValuePair.Create("targets", 1)], repository.Roles);
        Assert.Equal((2, 2), (repository.Snapshot, repository.Timestamp));
    }

    private static Repository Proposed(Actor by) => Some.State<Repository>(by, Repository.ProposeRoot(null, 1, new string('a', 64), UpdateSamples.Drafts, by).Value);

    private static string Refused(Outcome<RepositoryEvent> outcome) => outcome.Refused(out var why, out _) ? why.Code : "nothing was refused";
}
