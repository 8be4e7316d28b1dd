using System.Net;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.SetUp;
using Aftercare.SystemTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests;

/// <summary>The story that the product exists for, told once with real parts on each database.</summary>
public sealed class TheWholeChain(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_researchers_report_becomes_a_verified_install_and_its_evidence(Db db)
    {
        await using var world = await World.Begin(db, postgres);

        // The first day: a one-time link makes organisation, manufacturer and administrator.
        var link = await SetUpInstallation.Link(world.Services.GetRequiredService<Stores>(), world.Installation.PublicUrl, default);
        using var administrator = world.Visitor();
        await administrator.Submit(new Uri(link!).AbsolutePath, new Uri(link!).AbsolutePath,
            ("organisation", "Acme Medical"), ("zone", "Europe/Berlin"), ("prefix", "ACME"), ("securityContact", "security@acme.test"),
            ("manufacturer", "Acme Medical GmbH"), ("country", "DE"), ("name", "Ada Admin"), ("email", "ada@acme.test"), ("newPassword", World.Password));
        (await administrator.Submit("/sign-in", "/sign-in", ("email", "ada@acme.test"), ("password", World.Password))).Is(HttpStatusCode.OK);
        (await administrator.Get(new Uri(link!).AbsolutePath)).Is(HttpStatusCode.NotFound);
    }
}
