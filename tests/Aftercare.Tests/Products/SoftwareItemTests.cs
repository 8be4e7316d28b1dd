using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Products;

public sealed class SoftwareItemTests
{
    private static readonly Actor Developer = Actor.Person(Some.Id("developer"), Role.Developer);

    private static Stated Day(string day) => Stated.Parse(day, null);

    private static SoftwareItem Item() => Some.State<SoftwareItem>(
        Developer, SoftwareItem.Register(Some.Id("product"), [Some.Id("release")], "OpenSSL", null, "3.0.13", null, Origin.ThirdParty, Developer).Value);

    private static SoftwareItem Classified(SoftwareItem item, SoftwareClass @class, string from) =>
        Some.Next(item, item.Classify(@class, Day(from), "Because.", Some.Quality).Value, Some.Quality);

    [Fact]
    public void The_class_holds_from_its_day_until_the_next_one()
    {
        var item = Classified(Classified(Item(), SoftwareClass.Required, "2030-01-01"), SoftwareClass.Maintained, "2024-03-04");

        Assert.Null(item.ClassAt(Day("2024-03-03").Earliest));
        Assert.Equal(SoftwareClass.Maintained, item.ClassAt(Day("2024-03-04").Earliest)?.Class);
        Assert.Equal(SoftwareClass.Maintained, item.ClassAt(Day("2029-12-31").Earliest)?.Class);
        Assert.Equal(SoftwareClass.Required, item.ClassAt(Day("2030-01-01").Earliest)?.Class);
    }

    [Fact]
    public void Of_two_classes_from_the_same_day_the_later_decision_holds()
    {
        var item = Classified(Classified(Item(), SoftwareClass.Required, "2024-03-04"), SoftwareClass.Supported, "2024-03-04");

        Assert.Equal(SoftwareClass.Supported, item.ClassAt(Day("2024-03-04").Earliest)?.Class);
        Assert.Equal(2, item.Classes.Length);
    }

    // Calling an item required to be spared from patching it is a known nonconformity: only quality decides, and signs.
    [Fact]
    public void Only_quality_classifies_and_the_step_is_signed()
    {
        Assert.True(Item().Classify(SoftwareClass.Required, Day("2024-03-04"), "Because.", Developer).Refused(out var why, out _));
        Assert.Equal("item.wrong-role", why.Code);

        Assert.Equal("Approval of the classification", Assert.Single(SoftwareItem.Life.Steps, step => step.Kind == "item.classified").Signature);
    }

    [Fact]
    public void The_class_that_holds_on_that_day_already_is_no_decision()
    {
        var item = Classified(Item(), SoftwareClass.Maintained, "2024-03-04");

        Assert.True(item.Classify(SoftwareClass.Maintained, Day("2025-01-01"), "Again.", Some.Quality).Refused(out var why, out _));

        Assert.Equal("item.class-unchanged", why.Code);
    }

    [Fact]
    public void An_item_belongs_to_at_least_one_release()
    {
        Assert.True(SoftwareItem.Register(Some.Id("product"), [], "OpenSSL", null, "3.0.13", null, Origin.ThirdParty, Developer).Refused(out var why, out _));
        Assert.Equal("releases", Assert.Single(why.Faults).Field);

        Assert.True(Item().ChangeReleases([], Developer).Refused(out why, out _));
        Assert.Equal("releases", Assert.Single(why.Faults).Field);
    }
}
