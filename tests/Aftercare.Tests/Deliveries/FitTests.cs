using Aftercare.Deliveries;
using Xunit;

namespace Aftercare.Tests.Deliveries;

public sealed class FitTests
{
    private static readonly InstallOffer Offer = new("pump", "4.2.0", ["4.0.0", "4.1.0"], Withdrawn: false);

    [Fact]
    public void An_update_fits_a_device_that_runs_a_version_it_installs_over() =>
        Assert.Empty(Fit.Faults(Offer, new InstalledDevice("pump", "4.1.0", Retired: false)));

    [Theory]
    [InlineData("monitor", "4.1.0", "fit.other-product")]
    [InlineData("pump", null, "fit.version-unknown")]
    [InlineData("pump", "4.2.0", "fit.installed")]
    [InlineData("pump", "3.9.0", "fit.version-not-covered")]
    public void What_does_not_fit_is_refused_with_the_condition_that_fails(string line, string? version, string code) =>
        Assert.Equal([code], Fit.Faults(Offer, new InstalledDevice(line, version, Retired: false)).Select(fault => fault.Code));

    [Fact]
    public void Every_condition_that_fails_is_said() =>
        Assert.Equal(
            ["fit.withdrawn", "fit.retired", "fit.other-product"],
            Fit.Faults(Offer with { Withdrawn = true }, new InstalledDevice("monitor", "4.1.0", Retired: true)).Select(fault => fault.Code));
}
