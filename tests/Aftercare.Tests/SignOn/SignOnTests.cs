using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.SignOn;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.SignOn;

public sealed class SignOnTests
{
    private static SignOnSettings Standing => Some.State<SignOnSettings>(Some.Administrator, SignOnSamples.Set());

    private static Person Analyst => Some.State<Person>(Some.Administrator, new PersonEvent.Invited([Role.Analyst], []), new PersonEvent.Joined(), new PersonEvent.RoleGranted(Role.Analyst));

    public static TheoryData<SignOnSettingsEvent.Set> OtherDoors =>
    [
        SignOnSamples.Set() with { Issuer = "https://attacker.example" },
        SignOnSamples.Set() with { ClientId = "other" },
    ];

    [Theory, MemberData(nameof(OtherDoors))]
    public void An_insider_who_points_it_elsewhere_does_not_get_the_stored_secret(SignOnSettingsEvent.Set elsewhere)
    {
        Assert.True(Standing.Change(elsewhere with { SecretEntered = false }, Some.Administrator).Refused(out var why, out _));
        Assert.Equal("clientSecret", Assert.Single(why.Faults).Field);
        Assert.IsType<SignOnSettingsEvent.Set>(Standing.Change(elsewhere, Some.Administrator).Value);
    }

    [Fact]
    public void What_has_nothing_to_do_with_the_provider_is_changed_without_the_secret() =>
        Assert.IsType<SignOnSettingsEvent.Set>(Standing.Change(SignOnSamples.Set() with { ButtonName = "Other", Groups = [], SecretEntered = false }, Some.Administrator).Value);

    [Fact]
    public void After_it_was_off_the_secret_is_entered_again()
    {
        var off = Some.Next(Standing, Standing.TurnOff("Moves.", Some.Administrator).Value, Some.Administrator);
        Assert.True(off.Change(SignOnSamples.Set() with { SecretEntered = false }, Some.Administrator).Refused(out _, out _));
    }

    [Theory]
    [InlineData("http://login.maker.example")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://127.0.0.1.attacker.example")]
    [InlineData("https://user:password@login.maker.example")]
    [InlineData("https://login.maker.example/?tenant=1")]
    [InlineData("https://login.maker.example/#staff")]
    [InlineData("file:///etc/passwd")]
    [InlineData("login")]
    public void Attack_an_issuer_that_makes_the_server_ask_somewhere_it_should_not(string issuer)
    {
        Assert.True(SignOnSettings.SetUp(SignOnSamples.Set() with { Issuer = issuer }, Some.Administrator).Refused(out var why, out _));
        Assert.Equal("issuer", Assert.Single(why.Faults).Field);
    }

    [Fact]
    public void Only_an_administrator_sets_it_up() => Assert.True(SignOnSettings.SetUp(SignOnSamples.Set(), Some.Quality).Refused(out _, out _));

    [Theory]
    [InlineData(Role.Operator)]
    [InlineData(Role.System)]
    [InlineData(Role.Machine)]
    public void No_group_stands_for_a_role_that_hangs_on_sites_or_is_not_for_people(Role role) =>
        Assert.True(SignOnSettings.SetUp(SignOnSamples.Set() with { Groups = [new("all", role)] }, Some.Administrator).Refused(out _, out _));

    [Fact]
    public void Groups_propose_roles_and_never_grant_or_revoke_them()
    {
        Assert.Equal([new PersonEvent.RoleProposed(Role.Quality)], Analyst.FromGroups([Role.Analyst, Role.Quality], [Role.Analyst, Role.Quality]));

        var proposed = Some.Next(Analyst, new PersonEvent.RoleProposed(Role.Quality), Actor.System);
        Assert.Empty(proposed.FromGroups([Role.Analyst, Role.Quality], [Role.Analyst, Role.Quality]));
        Assert.DoesNotContain(Role.Quality, proposed.Roles);
    }

    [Fact]
    public void A_group_that_went_away_is_noted_once_and_the_role_stays_until_somebody_revokes_it()
    {
        var missing = Assert.IsType<PersonEvent.GroupMissing>(Assert.Single(Analyst.FromGroups([], [Role.Analyst])));
        var noted = Some.Next(Analyst, missing, Actor.System);
        Assert.Equal((true, true), (noted.Roles.Contains(Role.Analyst), noted.Ungrouped.Contains(Role.Analyst)));
        Assert.Empty(noted.FromGroups([], [Role.Analyst]));
        Assert.Empty(Some.Next(noted, Assert.Single(noted.FromGroups([Role.Analyst], [Role.Analyst])), Actor.System).Ungrouped);
        Assert.Empty(Some.Next(noted, noted.RevokeRole(Role.Analyst, "Moved.", Some.Quality).Value, Some.Quality).Ungrouped);
        // A role that no group stands for is not the provider's business.
        Assert.Empty(Analyst.FromGroups([], [Role.Quality]));
    }

    [Fact]
    public void Attack_an_administrator_maps_a_group_and_grants_what_it_proposes()
    {
        var proposed = Some.Next(Analyst, new PersonEvent.RoleProposed(Role.Quality), Standing.Proposer);

        Assert.True(proposed.GrantRole(Role.Quality, Some.Administrator).Refused(out var why, out _));
        Assert.Equal("person.second-person", why.Code);
        Assert.IsType<PersonEvent.RoleGranted>(proposed.GrantRole(Role.Quality, Some.Quality).Value);
    }

    [Fact]
    public void Whoever_is_turned_away_all_day_long_is_on_record_once_a_day_and_for_each_reason()
    {
        var once = Some.State<Stranger>(Actor.System, new StrangerEvent.TurnedAway(TurnedAwayBecause.Unknown));
        Assert.Null(Stranger.TurnAway(once, TurnedAwayBecause.Unknown, once.Until.Plus(TimeSpan.FromHours(23))));
        Assert.NotNull(Stranger.TurnAway(once, TurnedAwayBecause.Unknown, once.Until.Plus(TimeSpan.FromDays(1))));
        Assert.NotNull(Stranger.TurnAway(once, TurnedAwayBecause.AddressNotVerified, once.Until));
        Assert.NotNull(Stranger.TurnAway(null, TurnedAwayBecause.Unknown, Some.Monday));
    }
}
