using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.People;

public sealed class TokenTests
{
    private static readonly Guid OwnerId = Some.Id("owner");
    private static readonly Actor Owner = Actor.Person(OwnerId, Role.Developer, Role.Quality);
    private static readonly Instant Now = Some.Monday;

    private static Outcome<TokenEvent> Issue(ImmutableArray<Role> scope, int days = 90) => Token.Issue(OwnerId, "pipeline", scope, Now.Plus(TimeSpan.FromDays(days)), Now, Owner);

    private static string Why(Outcome<TokenEvent> decision)
    {
        Assert.True(decision.Refused(out var why, out _));
        return why.Code;
    }

    [Fact]
    public void Nobody_gives_a_machine_a_role_that_he_does_not_hold()
    {
        Assert.False(Issue([Role.Developer]).Refused(out _, out _));
        Assert.Equal("token.wider-than-owner", Why(Issue([Role.Developer, Role.Publisher])));
    }

    [Fact]
    public void A_mail_servers_token_comes_from_an_administrator_and_opens_nothing_that_he_may()
    {
        Assert.Equal("token.wider-than-owner", Why(Issue([Role.MailGateway])));
        var issued = Token.Issue(OwnerId, "mail server", [Role.MailGateway], Now.Plus(TimeSpan.FromDays(90)), Now, Some.Administrator);
        Assert.Equal([Role.MailGateway], Assert.IsType<TokenEvent.Issued>(issued.Value).Scope);
        Assert.True(Person.Invite([Role.MailGateway], [], Some.Administrator).Refused(out _, out _));
    }

    // With a token in a deciding role its owner would be his own second person.
    [Theory]
    [InlineData(Role.Quality)]
    [InlineData(Role.Administrator)]
    [InlineData(Role.Lead)]
    [InlineData(Role.Safety)]
    [InlineData(Role.Auditor)]
    [InlineData(Role.Operator)]
    [InlineData(Role.System)]
    public void A_machine_is_never_given_a_deciding_role(Role role) => Assert.Equal("malformed", Why(Issue([role])));

    [Theory]
    [InlineData(0)]
    [InlineData(367)]
    public void A_token_ends_within_a_year(int days) => Assert.Equal("malformed", Why(Issue([Role.Developer], days)));

    [Fact]
    public void A_token_without_a_role_is_refused() => Assert.Equal("malformed", Why(Issue([])));

    [Fact]
    public void A_token_is_revoked_once_by_its_owner_or_by_an_administrator_or_quality()
    {
        var token = Some.State<Token>(Owner, Issue([Role.Developer]).Value);
        var colleague = Actor.Person(Some.Id("colleague"), Role.Developer);

        Assert.Equal("token.not-owner", Why(token.Revoke("For fun", colleague)));
        foreach (var by in new[] { Owner, Some.Administrator, Some.Quality })
            Assert.False(token.Revoke("Lost", by).Refused(out _, out _));
        token = Some.Next(token, token.Revoke("Lost", Owner).Value, Owner);
        Assert.Equal("token.wrong-stage", Why(token.Revoke("Lost again", Owner)));
    }
}
