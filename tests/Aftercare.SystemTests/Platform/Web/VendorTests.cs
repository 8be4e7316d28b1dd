using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

namespace Aftercare.SystemTests.Platform.Web;

public sealed class VendorTests
{
    private static readonly string Vendor = Path.Join(WebHost.ServerFolder, "wwwroot", "vendor");

    [Fact]
    public void Every_vendored_file_has_the_digest_in_the_lock_file()
    {
        var locked = Locked();

        Assert.NotEmpty(locked);
        Assert.All(locked, file => Assert.Equal(file.Value, Sha256(Path.Join(Vendor, file.Key))));
    }

    [Fact]
    public void Nothing_is_vendored_that_the_lock_file_does_not_name()
    {
        var there = Directory.EnumerateFiles(Vendor, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Vendor, file).Replace('\\', '/'))
            .Where(file => file != "vendor.lock.json");

        Assert.Equal(Locked().Keys.Order(StringComparer.Ordinal), there.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_package_in_the_lock_file_says_its_version_and_licence()
    {
        Assert.All(Packages(), package => Assert.All(["name", "version", "licence"], member =>
            Assert.NotEqual("", package.GetProperty(member).GetString())));
    }

    private static Dictionary<string, string> Locked() => Packages()
        .SelectMany(package => package.GetProperty("files").EnumerateArray())
        .ToDictionary(file => file.GetProperty("path").GetString()!, file => file.GetProperty("sha256").GetString()!);

    private static IReadOnlyList<JsonElement> Packages() =>
        [.. JsonDocument.Parse(File.ReadAllBytes(Path.Join(Vendor, "vendor.lock.json"))).RootElement.GetProperty("packages").EnumerateArray()];

    private static string Sha256(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
