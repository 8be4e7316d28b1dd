using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.SystemTests.Fixtures;
using Aftercare.Tests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.Platform.Access;

/// <summary>Every endpoint that the server has, tried as everybody there is; a new endpoint is tried without being named here.</summary>
public sealed class EveryRouteTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static readonly Guid NoSubject = Guid.Parse("019a0000-0000-7000-8000-000000000000");

    private static string RoutesPage => Path.Combine(Shared.Repository, "docs", "routes.md");

    // Who is admitted does not hang on the database, so one is enough for some thousand requests.
    [Fact]
    public async Task Everybody_is_let_in_exactly_where_his_role_is_named()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var everybody = await Everybody(world);
        var wrong = new List<string>();

        // Signing out comes last: its caller is nobody afterwards.
        foreach (var route in RoutesOf(world).OrderBy(route => route.Pattern == "/sign-out"))
            foreach (var caller in everybody)
                if (await Differs(caller, route) is { } difference)
                    wrong.Add($"{route.Method} {route.Path} as {caller.Name}: {difference}");

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        foreach (var caller in everybody)
            caller.Http.Dispose();
    }

    [Fact]
    public async Task A_secret_link_opens_its_own_page_and_a_secret_for_something_else_does_not()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var opened = RoutesOf(world).Where(route => route.Allowed.OpenedBy is not null).ToList();
        using var caller = NewClient(world, new CookieContainer());
        await using var store = world.Store();
        var secrets = new Dictionary<string, string>();
        foreach (var purpose in opened.Select(route => route.Allowed.OpenedBy!).Append(SecretPurpose.Token).Distinct())
            secrets[purpose] = await store.IssueSecret(purpose, NoSubject, null, default);
        await store.SaveKept(default);

        Assert.NotEmpty(opened);
        foreach (var route in opened.Where(route => route.Method == "GET"))
            foreach (var (purpose, secret) in secrets)
                if (purpose != route.Allowed.OpenedBy)
                    Assert.Equal((HttpStatusCode.NotFound, "http.404"), await Ask(caller, route.Method, route.Path.Replace("no-such-secret", secret, StringComparison.Ordinal), null));
    }

    [Fact]
    public async Task The_list_of_routes_in_the_docs_is_the_servers_own()
    {
        await using var world = await World.Begin(Db.Sqlite, postgres);
        var page = Page(RoutesOf(world));
        if (Environment.GetEnvironmentVariable("AFTERCARE_WRITE_DOCS") == "1")
            await File.WriteAllTextAsync(RoutesPage, page);

        Assert.True(page == await File.ReadAllTextAsync(RoutesPage), "docs/routes.md is not what the server serves. Run this test with AFTERCARE_WRITE_DOCS=1 and look at the difference.");
    }

    /// <param name="Path">With values in place of parameters.</param>
    private sealed record Route(string Method, string Pattern, string Path, Allowed Allowed);

    /// <param name="Token">The antiforgery token for forms.</param>
    private sealed record Caller(string Name, HttpClient Http, Viewer Viewer, string Token);

    private static ImmutableArray<Route> RoutesOf(World world) =>
    [
        .. from endpoint in world.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let allowed = endpoint.Metadata.GetRequiredMetadata<Allowed>()
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           where method != "HEAD"
           let pattern = "/" + endpoint.RoutePattern.RawText?.TrimStart('/')
           orderby allowed.Face, pattern, method
           select new Route(method, pattern, PathOf(endpoint.RoutePattern), allowed),
    ];

    private static string PathOf(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart { Name: "secret" } => "no-such-secret",
        RoutePatternParameterPart parameter when parameter.ParameterPolicies.Any(policy => policy.Content == "guid") => NoSubject.ToString("D"),
        RoutePatternParameterPart parameter when parameter.ParameterPolicies.Any(policy => policy.Content is "int" or "long") => "1",
        _ => "x",
    }))));

    private static async Task<List<Caller>> Everybody(World world)
    {
        var everybody = new List<Caller> { await Stranger(world, "nobody", Viewer.Anonymous) };
        foreach (var role in Person.Grantable)
            everybody.Add(await SignedIn(world, role.ToString(), role == Role.Operator ? [NoSubject] : [], role));
        var auditor = await SignedIn(world, await world.MakeAuditor("Aud"), "an auditor in his time", Role.Auditor);
        everybody.Add(auditor with { Viewer = auditor.Viewer with { Room = new Room(NoSubject, "", "", default, null, false, null, [], []) } });
        everybody.Add(await SignedIn(world, "somebody without a role yet", []));
        await using var store = world.Store();
        foreach (var role in Token.Scopes)
        {
            var secret = await store.IssueSecret(SecretPurpose.Token, Store.NewId(), null, default, role.ToString());
            everybody.Add(await Stranger(world, $"a machine as {role}", Machine(role), secret));
        }
        var site = await store.IssueSecret(SecretPurpose.SiteToken, NoSubject, null, default);
        everybody.Add(await Stranger(world, "a site's token", Machine(Role.Operator), site));
        everybody.Add(await Stranger(world, "a made-up token", Viewer.Anonymous, "made-up"));
        // A reporter's link opens his own page by its address and is worth nothing anywhere else.
        var link = await store.IssueSecret(SecretPurpose.Report, NoSubject, null, default);
        everybody.Add(await Stranger(world, "a reporter's link used as a token", Viewer.Anonymous, link));
        await store.SaveKept(default);
        return everybody;
    }

    private static Viewer Machine(Role role) => new() { Actor = new Actor("person/x/token/x", [Role.Machine, role]), Name = "" };

    private static async Task<Caller> Stranger(World world, string name, Viewer viewer, string? bearer = null)
    {
        var http = NewClient(world, new CookieContainer());
        var token = TokenIn(await http.GetStringAsync(new Uri("/sign-in", UriKind.Relative)));
        if (bearer is not null)
            http.DefaultRequestHeaders.Authorization = new("Bearer", bearer);
        return new Caller(name, http, viewer, token);
    }

    private static async Task<Caller> SignedIn(World world, string name, Guid[] sites, params Role[] roles) => await SignedIn(world, await world.MakePerson("P", sites, roles), name, roles);

    private static async Task<Caller> SignedIn(World world, string email, string name, params Role[] roles)
    {
        var jar = new CookieContainer();
        using var http = NewClient(world, jar);
        using var form = new FormUrlEncodedContent(
        [
            new("__RequestVerificationToken", TokenIn(await http.GetStringAsync(new Uri("/sign-in", UriKind.Relative)))), new("email", email), new("password", World.Password),
        ]);
        using var answer = await http.PostAsync(new Uri("/sign-in", UriKind.Relative), form);
        var token = TokenIn(await http.GetStringAsync(new Uri("/account", UriKind.Relative)));
        // Some routes give a browser another cookie; this caller keeps his, so that one route cannot change the next one's answer.
        var steady = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = world.Address };
        steady.DefaultRequestHeaders.Add("Cookie", jar.GetCookieHeader(world.Address));
        return new Caller(name, steady, new Viewer { Actor = new Actor("person/x", [.. roles]), Name = "", Person = NoSubject }, token);
    }

    private static HttpClient NewClient(World world, CookieContainer cookies) =>
        new(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = world.Address };

    private static string TokenIn(string html) => WebUtility.HtmlDecode(Regex.Match(html, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value);

    // What the answer is instead of what the table says, or null.
    private static async Task<string?> Differs(Caller caller, Route route)
    {
        var (status, code) = await Ask(caller.Http, route.Method, route.Path, caller.Token);
        // What a page or a step of the desk does not find has a code of its own; uploads say 404 as HTTP does.
        var refused = code is "access.role" or "access.sign-in" || (code == "http.404" && route.Allowed.Face is Face.Desk or Face.Audit && route.Method is ("GET" or "POST"));
        if (Expected(caller.Viewer, route) is not { } expected)
            return refused ? $"refused with {(int)status} {code}" : null;
        return (status, code) == expected ? null : $"{(int)status} {code}, not {(int)expected.Status} {expected.Code}";
    }

    // How the door refuses, or null where it must not.
    private static (HttpStatusCode Status, string Code)? Expected(Viewer viewer, Route route)
    {
        if (route.Allowed.OpenedBy is not null)
            return (HttpStatusCode.NotFound, "http.404");
        var roles = route.Allowed.Roles;
        // An audit is what opens the audit room, not a role; and whoever is an auditor is nobody at the desk.
        if (route.Allowed.Face == Face.Audit && viewer is { Person: not null, Room: null })
            return (HttpStatusCode.NotFound, "http.404");
        if (roles.Contains(Role.Anonymous) || roles.Any(viewer.Has) || (viewer.Person is not null && Person.Grantable.All(role => roles.Contains(role))))
            return null;
        if (viewer.Person is null && !viewer.Has(Role.Machine))
            return route.Method == "GET" && !route.Path.StartsWith("/api/", StringComparison.Ordinal) ? (HttpStatusCode.Redirect, "access.sign-in") : (HttpStatusCode.Unauthorized, "access.sign-in");
        return route.Allowed.Face == Face.Audit || (route.Allowed.Face == Face.Desk && (!viewer.Desk || viewer.Room is not null)) ? (HttpStatusCode.NotFound, "http.404") : (HttpStatusCode.Forbidden, "access.role");
    }

    private static async Task<(HttpStatusCode Status, string Code)> Ask(HttpClient http, string method, string path, string? token)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Accept.ParseAdd("application/json");
        if (path.StartsWith("/api/", StringComparison.Ordinal))
            request.Content = method == "GET" ? null : new StringContent("{}", Encoding.UTF8, "application/json");
        else if (method == "POST")
            request.Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token ?? ""), new("nonce", Guid.NewGuid().ToString("D"))]);
        using var answer = await http.SendAsync(request);
        if (answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location?.OriginalString.StartsWith("/sign-in?return=", StringComparison.Ordinal) == true)
            return (answer.StatusCode, "access.sign-in");
        return (answer.StatusCode, await CodeOf(answer));
    }

    private static async Task<string> CodeOf(HttpResponseMessage answer)
    {
        if (answer.RequestMessage!.Method == HttpMethod.Head)
            return answer.StatusCode switch
            {
                HttpStatusCode.Unauthorized => "access.sign-in",
                HttpStatusCode.Forbidden => "access.role",
                HttpStatusCode.NotFound => "http.404",
                _ => "",
            };
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return "";
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        return problem.RootElement.GetProperty("code").GetString()!;
    }

    private static string Page(ImmutableArray<Route> routes)
    {
        var page = new StringBuilder("""
            # Routes and who may use them

            Every endpoint names its face and the roles of which one is enough; the default is nobody. What a step asks for beyond that stands in the lifecycle
            tables. This page is generated from the running server and checked by its tests.

            """);
        foreach (var face in routes.GroupBy(route => route.Allowed.Face))
        {
            page.Append(null, $"\n## {Words.Plain(face.Key)}\n\n| method | address | who |\n|---|---|---|\n");
            foreach (var route in face)
                page.Append(null, $"| {route.Method} | `{route.Pattern}` | {Who(route.Allowed)} |\n");
        }
        return page.ToString();
    }

    private static string Who(Allowed allowed)
    {
        if (allowed.OpenedBy is { } purpose)
            return $"whoever has the secret link: {purpose}";
        if (allowed.Roles.Contains(Role.Anonymous))
            return "everybody";
        foreach (var (roles, words) in new[] { (Allowed.SignedIn, "everybody with an account"), (Allowed.Readers, "the desk and auditors"), (Allowed.Desk, "the desk") })
            if (roles.ToHashSet().SetEquals(allowed.Roles))
                return words;
        return string.Join(", ", allowed.Roles.Where(role => role != Role.System).Select(role => Words.Plain(role).ToLowerInvariant()));
    }
}
