using System.Security.Cryptography;
using System.Xml.Linq;
using Aftercare.Server.Platform.Keys;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.Platform;

public sealed class SealedDataProtectionTests : IDisposable
{
    private readonly SealedFolder _folder = new();

    private string Stored => Path.Combine(_folder.Path, "data-protection");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_node_reads_the_first_ones_cookie()
    {
        var cookie = Protector(_folder.Ring()).Protect("analyst, signed in");

        Assert.Equal("analyst, signed in", Protector(_folder.Ring()).Unprotect(cookie));
    }

    [Fact]
    public void A_node_with_another_ring_reads_nothing()
    {
        using var elsewhere = new SealedFolder();
        var cookie = Protector(_folder.Ring()).Protect("analyst, signed in");

        Assert.Throws<CryptographicException>(() => Protector(elsewhere.Ring()).Unprotect(cookie));
    }

    [Fact]
    public void The_stored_key_carries_no_master_key_in_the_clear()
    {
        Protector(_folder.Ring()).Protect("anything");

        var stored = Assert.Single(Directory.GetFiles(Stored));
        Assert.Single(XElement.Load(stored).Descendants("sealedByRing"));
        Assert.DoesNotContain("masterKey", File.ReadAllText(stored), StringComparison.Ordinal);
    }

    [Fact]
    public void After_rotation_a_resealed_key_still_reads_old_cookies_without_the_old_key()
    {
        var ring = _folder.Ring();
        var old = ring.CurrentId;
        var cookie = Protector(ring).Protect("analyst, signed in");
        var stored = Assert.Single(Directory.GetFiles(Stored));

        ring.Rotate();
        DataProtectionKeys.Reseal(ring, XElement.Load(stored)).Save(stored);
        ring.Retire(old);

        Assert.Equal("analyst, signed in", Protector(_folder.Ring()).Unprotect(cookie));
    }

    [Fact]
    public void A_stored_key_with_an_altered_seal_is_refused()
    {
        var ring = _folder.Ring();
        Protector(ring).Protect("anything");
        var key = XElement.Load(Assert.Single(Directory.GetFiles(Stored)));
        var seal = key.Descendants("sealedByRing").Single();

        ring.Rotate();
        seal.Value = "!" + seal.Value[1..];
        Assert.Contains("base64", Assert.Throws<SealBrokenException>(() => DataProtectionKeys.Reseal(ring, key)).Message, StringComparison.Ordinal);
        seal.Value = "AAAA" + seal.Value[4..];
        Assert.Throws<SealBrokenException>(() => DataProtectionKeys.Reseal(ring, key));
    }

    private IDataProtector Protector(KeyRing ring)
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName("aftercare").PersistKeysToFileSystem(new DirectoryInfo(Stored)).ProtectKeysWithRing(ring);
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>().CreateProtector("cookie");
    }
}
