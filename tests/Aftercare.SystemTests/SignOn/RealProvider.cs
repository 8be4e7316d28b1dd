using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aftercare.Tests;
using Xunit;

namespace Aftercare.SystemTests.SignOn;

/// <summary>An OpenID provider that is not ours, listening until the test run ends on a host of its own name, so that browsers see another site.</summary>
internal sealed class RealProvider(string issuer)
{
    public const string Client = "aftercare", Secret = "a secret of forty-two characters, at least";

    public string Issuer { get; } = issuer;

    /// <param name="accounts">By login: the claims.</param>
    public static async Task<RealProvider> Listen(World world, object accounts)
    {
        var listen = new { client = Client, secret = Secret, redirect = $"{world.Address}sign-in/with/back", accounts };
        return new RealProvider(JsonNode.Parse(await Oracles.Ask("oidc.mjs", JsonSerializer.Serialize(new { listen })))!["issuer"]!.GetValue<string>());
    }

    public Task Change(object accounts) => Oracles.Ask("oidc.mjs", JsonSerializer.Serialize(new { issuer = Issuer, accounts }));

    /// <summary>What an administrator fills in.</summary>
    public (string Name, string Value)[] Settings(params (string Name, string Value)[] more) =>
        [("issuer", Issuer), ("clientId", Client), ("clientSecret", Secret), ("buttonName", "Acme"), ("groupsClaim", "groups"), .. more];

    /// <summary>From a link of ours over the provider's own page for signing in and back.</summary>
    public static async Task<Page> SignIn(Visitor visitor, string link, string login)
    {
        var asked = await visitor.Get(link);
        var form = Regex.Match(asked.Html, "<form[^>]* action=\"(http://localhost[^\"]+)\"");
        Assert.True(form.Success, $"{asked.Path} ({asked.Status}) is not the provider's page: {asked.Text}");
        return await visitor.SendElsewhere(new Uri(form.Groups[1].Value), ("prompt", "login"), ("login", login), ("password", "any"));
    }
}
