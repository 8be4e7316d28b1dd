using System.Net;
using Aftercare.Ledger;
using Aftercare.SystemTests.Fixtures;
using Xunit;

namespace Aftercare.SystemTests.Deliveries;

/// <summary>The hospital's side, with the real command as a process of its own.</summary>
public sealed class SiteTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_site_sets_up_its_computer_downloads_verifies_and_installs_and_the_desk_sees_it_proven(Db db)
    {
        await using var here = await Delivering.Begin(db, postgres, signed: true);
        (await here.Operator.Get("/portal")).Shows("SN-1").Shows(here.Number).Shows("Offered, no answer yet").Shows("5 minutes out of use");

        var code = await here.Code();
        (await here.Trust(code, new string('0', 64))).Is(1).Says("not the one you named");
        (await here.Trust(code)).Is(0).Says("acts for St. Mary's Hospital");
        (await here.Trust(code)).Is(1).Says("used already");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(here.SiteDir, "token")));

        (await here.Get("--device", "SN-9")).Is(1).Says("no device with the serial number SN-9");
        (await here.Get("--device", "SN-1")).Is(0).Says("signed by Anna and Ben").Says("The manufacturer has the receipt");
        var file = Path.Combine(here.Downloads, "pump", "4.2.1", "pump.bin");
        Assert.Equal(await File.ReadAllBytesAsync(here.Desk.PackageFile), await File.ReadAllBytesAsync(file));
        (await here.Operator.Get($"/portal/updates/{here.Number}")).Shows("Verified by the site's computer").Shows("The parser checks lengths.");

        // The cable is pulled: verifying works, and the receipt waits.
        await here.World.Stop();
        (await Command.Run("verify", file, "--update", here.Number, "--site-dir", here.SiteDir)).Is(0).Says("signed by Anna and Ben").Says("not sent yet");
        (await here.Installed("SN-1", "ok")).Is(0).Says("not sent yet");
        (await Command.Run("send", "--site-dir", here.SiteDir)).Is(1).Says("not sent yet");
        await here.World.Start();
        (await Command.Run("send", "--site-dir", here.SiteDir)).Is(0).Says("The manufacturer has the receipt");

        (await here.Desk.Publisher.Get(here.Coverage)).Shows("Signed receipt of the site").Shows("1 proven by signed receipt");
        (await here.Desk.Publisher.Get(await here.DeliveryTo("St. Mary's Hospital", here.Desk.Publisher))).Shows("SN-1").Shows("Installed").Shows("Receipt taken");
        (await here.Operator.Get("/portal")).Shows("4.2.1");
        (await here.Get("--device", "SN-1")).Is(1).Says("does not fit device SN-1. The device runs 4.2.1 already.");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_changed_byte_in_the_package_is_refused_at_the_site_and_becomes_a_report_at_the_desk(Db db)
    {
        await using var here = await Delivering.Begin(db, postgres, signed: true);
        (await here.Trust(await here.Code())).Is(0);
        using var analyst = await here.World.Person("Ana", Role.Analyst);

        await here.FlipAByte();
        (await here.Get("--device", "SN-1")).Is(1).Says("NOT VERIFIED").Says("The manufacturer has the receipt");
        Assert.False(File.Exists(Path.Combine(here.Downloads, "pump", "4.2.1", "pump.bin")));
        (await here.Get("--device", "SN-1")).Is(1).Says("NOT VERIFIED");

        var inbox = (await analyst.Get("/desk/reports")).Is(HttpStatusCode.OK).Shows("R-20");
        Assert.DoesNotContain("-0002", inbox.Text, StringComparison.Ordinal);
        (await analyst.Get(inbox.Link("/desk/reports/[0-9a-f-]{36}"))).Shows("SN-1").Shows("St. Mary's Hospital").Shows("(e)");
        (await analyst.Get(here.Coverage)).Shows("Verification failed");

        await here.FlipAByte();
        (await here.Get("--device", "SN-1")).Is(0);
        (await analyst.Get(here.Coverage)).Shows("Verified by the site's computer");

        // A file that came on a stick is judged the same way, down to what was found instead.
        var stick = Path.Combine(here.Downloads, "pump.bin");
        await File.WriteAllTextAsync(stick, "something else");
        (await Command.Run("verify", stick, "--update", here.Number, "--site-dir", here.SiteDir, "--device", "SN-2")).Is(1).Says("NOT VERIFIED");
        Assert.Contains("-0002", (await analyst.Get("/desk/reports")).Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Another_sites_people_and_computers_see_and_move_nothing_here(Db db)
    {
        await using var here = await Delivering.Begin(db, postgres);
        await here.Operator.Get($"/portal/updates/{here.Number}");
        using var stranger = await here.World.Operator("Steve", here.Clinic);

        Assert.DoesNotContain("SN-1", (await stranger.Get("/portal")).Text, StringComparison.Ordinal);
        var theirs = (await stranger.Get($"/portal/updates/{here.Number}")).Shows("SN-9");
        Assert.DoesNotContain("SN-1", theirs.Text, StringComparison.Ordinal);
        (await stranger.Get(here.Coverage)).Is(HttpStatusCode.NotFound);

        // His own form, sent to the hospital's delivery and site.
        var delivery = (await here.DeliveryTo("St. Mary's Hospital", here.Desk.Publisher))["/desk/deliveries/sites/".Length..];
        var own = (await here.DeliveryTo("City Clinic", here.Desk.Publisher))["/desk/deliveries/sites/".Length..];
        var forged = theirs with { Html = theirs.Html.Replace(own, delivery, StringComparison.Ordinal) };
        (await stranger.Send(forged, $"/portal/deliveries/{delivery}/consent")).Is(HttpStatusCode.NotFound);
        var access = await stranger.Get("/portal/access");
        var forgedAccess = access with { Html = access.Html.Replace(here.Clinic.ToString("D"), here.Hospital.ToString("D"), StringComparison.Ordinal) };
        (await stranger.Send(forgedAccess, $"/portal/access/{here.Hospital:D}/code")).Is(HttpStatusCode.NotFound);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_answer_on_the_portal_counts_as_the_sites_word_and_is_shown_as_plain_text(Db db)
    {
        await using var here = await Delivering.Begin(db, postgres);
        var (page, delivery) = ($"/portal/updates/{here.Number}", (await here.DeliveryTo("St. Mary's Hospital", here.Desk.Publisher))["/desk/deliveries/sites/".Length..]);
        var devices = System.Text.RegularExpressions.Regex.Matches((await here.Operator.Get(page)).Html, "type=\"checkbox\"[^>]*value=\"([0-9a-f-]{36})\"").Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.Equal(2, devices.Count);

        var open = await here.Operator.Get(page);
        (await here.Operator.Send(open, $"/portal/deliveries/{delivery}/decline",
            ("devices", devices[0]), ("reason", "<script>alert(1)</script>"), ("mitigation", "Not on the network"))).Is(HttpStatusCode.OK).Shows("<script>alert(1)</script>").Shows("Declined");
        (await here.Operator.Send(open, $"/portal/deliveries/{delivery}/consent", ("devices", devices[1]))).Is(HttpStatusCode.Conflict).Shows("has changed since");
        (await here.Operator.Submit(page, $"/portal/deliveries/{delivery}/consent", ("devices", devices[1]))).Is(HttpStatusCode.OK).Shows("Will be installed");
        (await here.Operator.Submit(page, $"/portal/deliveries/{delivery}/confirm", ("devices", devices[1]), ("on", "2026-03-20"))).Is(HttpStatusCode.OK).Shows("Installed and working").Shows("The site's word");
        (await here.Operator.Submit(page, $"/portal/deliveries/{delivery}/confirm", ("devices", devices[0]), ("on", "2126-03-20"))).Is(HttpStatusCode.BadRequest).Shows("future");
        (await here.Desk.Publisher.Get($"/desk/deliveries/sites/{delivery}")).Shows("<script>alert(1)</script> / Not on the network").Shows("The site's word");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_token_that_was_revoked_opens_nothing_and_a_new_code_gives_the_same_computer_another(Db db)
    {
        await using var here = await Delivering.Begin(db, postgres, signed: true);
        (await here.Get()).Is(1).Says("is not set up");
        (await here.Trust(await here.Code())).Is(0);
        (await here.Installed("SN-1", "perhaps")).Is(2);
        (await here.Installed("SN-1", "ok")).Is(1).Says("Run first: aftercare get");

        (await here.Operator.Submit("/portal/access", $"/portal/access/{here.Hospital:D}/revoke")).Is(HttpStatusCode.OK);
        (await here.Get()).Is(1);
        (await here.Trust(await here.Code())).Is(0);
        (await here.Get()).Is(0);
    }
}
