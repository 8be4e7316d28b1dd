using Aftercare.Cases;
using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Tests.Cases;
using Aftercare.Tests.Ledger;
using Aftercare.Updates;
using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Evidence;

public sealed class DeliveryChecksTests
{
    private static readonly Actor Paula = Actor.Person(Some.Id("Paula"), Role.Publisher, Role.Lead, Role.Quality);
    private static readonly Instant Now = Some.Monday.Plus(TimeSpan.FromDays(5));

    public static TheoryData<MendedRelease[], CheckResult> Releases => new()
    {
        { [new("4.2", ProductStatus.KnownAffected, Remedy.VendorFix, Mended: true), new("4.3", ProductStatus.Fixed, null, Mended: false)], CheckResult.Pass },
        { [new("4.2", ProductStatus.KnownNotAffected, null, Mended: false)], CheckResult.Pass },
        { [new("4.2", ProductStatus.KnownAffected, Remedy.VendorFix, Mended: true), new("4.1", ProductStatus.KnownAffected, Remedy.Mitigation, Mended: false)], CheckResult.Partial },
        { [new("4.2", ProductStatus.UnderInvestigation, null, Mended: false)], CheckResult.Partial },
        { [new("4.1", ProductStatus.KnownAffected, Remedy.Mitigation, Mended: false), new("4.2", ProductStatus.KnownAffected, Remedy.NoFixPlanned, Mended: false)], CheckResult.Fail },
        { [], CheckResult.NoData },
    };

    [Theory, MemberData(nameof(Releases))]
    public void What_an_update_mends_is_mended_for_every_supported_release_that_it_affects(MendedRelease[] releases, CheckResult expected) =>
        Assert.Equal(expected, Judge(DeliveryChecks.Mended, new MendedFlaw(SomeCase.Accepted, "No counter", [.. releases])).Result);

    public static TheoryData<Progress, CheckResult> Audiences => new()
    {
        { Progress.None with { InAudience = 3 }, CheckResult.Pass },
        { Progress.None with { InAudience = 3, ReleaseUnknown = 1 }, CheckResult.Partial },
        { Progress.None with { InAudience = 3, Uncovered = 1 }, CheckResult.Fail },
        { Progress.None, CheckResult.NoData },
    };

    [Theory, MemberData(nameof(Audiences))]
    public void Every_device_that_needs_an_update_is_in_a_delivery(Progress progress, CheckResult expected) =>
        Assert.Equal(expected, Judge(DeliveryChecks.Everybody, new ProgressedUpdate(Published, progress)).Result);

    [Theory]
    [InlineData(4, 2, CheckResult.Pass)]
    [InlineData(4, 3, CheckResult.Partial)]
    [InlineData(0, 0, CheckResult.NoData)]
    public void More_than_half_without_an_answer_passes_in_part(int all, int silent, CheckResult expected) =>
        Assert.Equal(expected, Judge(DeliveryChecks.Answered, new ProgressedUpdate(Published, Progress.None with { InAudience = all, Unanswered = silent })).Result);

    [Theory]
    [InlineData(2, 0, CheckResult.Pass)]
    [InlineData(2, 1, CheckResult.Partial)]
    [InlineData(0, 0, CheckResult.NoData)]
    public void An_installation_by_our_engineer_without_a_check_of_the_files_passes_in_part(int all, int unverified, CheckResult expected) =>
        Assert.Equal(expected, Judge(DeliveryChecks.ServiceToo, new ProgressedUpdate(Published, Progress.None with { InAudience = 5, ByService = all, ByServiceUnverified = unverified })).Result);

    [Theory]
    [InlineData("https://acme.test", null, CheckResult.Pass)]
    [InlineData("http://acme.test", null, CheckResult.Partial)]
    [InlineData("https://acme.test", "It has expired.", CheckResult.Partial)]
    [InlineData("http://acme.test", "It has expired.", CheckResult.Fail)]
    public void Signed_metadata_and_TLS_each_count_in_part_and_neither_fails(string address, string? fault, CheckResult expected) =>
        Assert.Equal(expected, Judge(DeliveryChecks.Protected, new Transport(Some.Id("Acme"), address, fault)).Result);

    [Fact]
    public void Without_an_update_nothing_travels_and_that_is_no_data() =>
        Assert.Equal(CheckResult.NoData, Evaluation.Of(DeliveryChecks.Protected, [], null, Now).Result);

    [Theory]
    [InlineData(3, 1, 0, CheckResult.Pass)]
    [InlineData(3, 0, 0, CheckResult.Partial)]
    [InlineData(3, 1, 1, CheckResult.Fail)]
    [InlineData(0, 0, 0, CheckResult.NoData)]
    public void A_sites_check_has_succeeded_and_a_failed_one_became_a_report(int all, int verified, int unreported, CheckResult expected) =>
        Assert.Equal(expected, Judge(DeliveryChecks.Receipted, new ProgressedUpdate(Published, Progress.None with { InAudience = all, Verified = verified, Unreported = unreported })).Result);

    [Fact]
    public void A_withdrawn_update_is_not_asked_about()
    {
        var withdrawn = new ProgressedUpdate(Some.Next(Published, new UpdateEvent.Withdrawn("It is harmful."), Paula), new Progress(1, 1, 4, 4, 0, 1, 1, 1));

        Assert.All((Check<ProgressedUpdate>[])[DeliveryChecks.Everybody, DeliveryChecks.Answered, DeliveryChecks.ServiceToo, DeliveryChecks.Receipted],
            check => Assert.Equal(CheckResult.NoData, Judge(check, withdrawn).Result));
    }

    private static Update Published => Some.State<Update>(Paula,
        new UpdateEvent.Drafted("U-2026-0003", Some.Id("product"), Some.Id("4.2.1"), [Some.Id("4.2.0")], UpdatePurpose.Security, "Replay"), new UpdateEvent.Published(3));

    private static Finding Judge<T>(Check<T> check, T record) => Evaluation.Of(check, [record], null, Now);
}
