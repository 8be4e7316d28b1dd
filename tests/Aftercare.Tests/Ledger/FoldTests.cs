using Aftercare.Ledger;
using Aftercare.People;
using Xunit;

namespace Aftercare.Tests.Ledger;

public sealed class FoldTests
{
    private static readonly List<Entry> Life = Samples.Of("person");

    [Fact]
    public void A_subject_without_entries_is_nothing() => Assert.Null(Fold.Of<Person>([]));

    [Fact]
    public void A_subject_knows_its_first_and_last_instant_its_version_and_who_did_what_last()
    {
        var person = Fold.Of<Person>(Life)!;

        Assert.Equal((Life[0].Subject, Life.Count, Life[0].At, Life[^1].At), (person.Id, person.Version, person.Since, person.Until));
        Assert.Equal(Life[3].Head.Actor, person.LastBy["person.role-proposed"]);
        Assert.Equal("system", person.LastBy["person.founded"]);
    }

    [Fact]
    public void A_missing_version_is_corrupt() =>
        Assert.Contains("Version 3", Assert.Throws<LedgerCorruptException>(() => Fold.Of<Person>([Life[0], Life[2]])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_doubled_version_is_corrupt() =>
        Assert.Throws<LedgerCorruptException>(() => Fold.Of<Person>([Life[0], Life[1], Life[1]]));

    [Fact]
    public void A_life_that_does_not_begin_with_version_1_is_corrupt() =>
        Assert.Throws<LedgerCorruptException>(() => Fold.Of<Person>([Life[1]]));

    [Fact]
    public void An_entry_of_another_subject_is_corrupt()
    {
        var other = Entry.Write(Life[1].Head with { Subject = Some.Id("somebody else") }, Life[1].Event, null, new byte[16]);

        Assert.Throws<LedgerCorruptException>(() => Fold.Of<Person>([Life[0], other]));
    }
}
