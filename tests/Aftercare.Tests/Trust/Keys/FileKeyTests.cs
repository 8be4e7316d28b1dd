using System.Diagnostics;
using Aftercare.Trust.Keys;
using Xunit;

namespace Aftercare.Tests.Trust.Keys;

public sealed class FileKeyTests : IDisposable
{
    private const string Passphrase = "correct horse battery";
    private static readonly byte[] Data = [.. "what is signed"u8];
    private readonly TemporaryFolder _folder = new();

    private string KeyPath => _folder["anna.key"];

    public static TheoryData<KeyAlgorithm> Kinds => [.. Enum.GetValues<KeyAlgorithm>()];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Kinds))]
    public void A_saved_key_is_the_same_key_when_opened(KeyAlgorithm kind)
    {
        using var made = FileKey.Create(kind, "Anna Berg", test: true);
        made.Save(KeyPath, Passphrase);

        using var opened = FileKey.Open(KeyPath, Passphrase);

        Assert.Equal(made.PublicKey, opened.PublicKey);
        Assert.Equal("Anna Berg", opened.PublicKey.Custodian);
        Assert.True(opened.PublicKey.IsTest);
        Assert.True(made.PublicKey.Verify(Data, opened.Sign(Data)));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void An_unprotected_key_is_the_same_key_when_opened(KeyAlgorithm kind)
    {
        using var made = FileKey.Create(kind, "server");
        made.SaveUnprotected(KeyPath);

        using var opened = FileKey.OpenUnprotected(KeyPath);

        Assert.True(made.PublicKey.Verify(Data, opened.Sign(Data)));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Openssl_opens_our_key_files_and_agrees_about_the_public_half(KeyAlgorithm kind)
    {
        using var made = FileKey.Create(kind, "Anna");
        made.Save(KeyPath, Passphrase);

        var pem = OpenSsl("pkey", "-in", KeyPath, "-passin", "pass:" + Passphrase, "-pubout");

        Assert.True(SameKey(made.PublicKey, pem), pem);
    }

    [Fact]
    public void A_key_that_openssl_made_is_opened()
    {
        OpenSsl("genpkey", "-algorithm", "ed25519", "-out", _folder["plain.pem"]);
        OpenSsl("pkcs8", "-topk8", "-in", _folder["plain.pem"], "-out", KeyPath, "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-iter", "600000", "-passout", "pass:" + Passphrase);
        var pub = new PublicKey("ed25519", "ed25519", OpenSsl("pkey", "-in", _folder["plain.pem"], "-pubout"));
        var hex = new PublicKey("ed25519", "ed25519", Hex(pub)) { Custodian = "Anna" };
        File.WriteAllText(FileKey.PublicPath(KeyPath), hex.ToJson().ToJsonString());

        using var opened = FileKey.Open(KeyPath, Passphrase);

        Assert.True(pub.Verify(Data, opened.Sign(Data)));
    }

    [Fact]
    public void A_weakly_encrypted_key_is_refused()
    {
        OpenSsl("genpkey", "-algorithm", "ed25519", "-out", _folder["plain.pem"]);
        OpenSsl("pkcs8", "-topk8", "-in", _folder["plain.pem"], "-out", KeyPath, "-v2", "aes-256-cbc", "-passout", "pass:" + Passphrase);

        Assert.Contains("2048 times", Assert.Throws<KeyFileException>(() => FileKey.Open(KeyPath, Passphrase)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_passphrase_opens_nothing()
    {
        using var made = FileKey.Create(KeyAlgorithm.EcdsaP256, "Anna");
        made.Save(KeyPath, Passphrase);

        var refusal = Assert.Throws<KeyFileException>(() => FileKey.Open(KeyPath, "incorrect horse"));

        Assert.DoesNotContain("incorrect horse", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_passphrase_is_refused()
    {
        using var made = FileKey.Create(KeyAlgorithm.EcdsaP256, "Anna");

        Assert.Throws<KeyFileException>(() => made.Save(KeyPath, "short"));
        Assert.False(File.Exists(KeyPath));
    }

    [Fact]
    public void A_key_is_never_overwritten()
    {
        using var made = FileKey.Create(KeyAlgorithm.EcdsaP256, "Anna");
        made.SaveUnprotected(KeyPath);
        var before = File.ReadAllBytes(KeyPath);
        using var other = FileKey.Create(KeyAlgorithm.EcdsaP256, "Ben");

        Assert.Throws<KeyFileException>(() => other.Save(KeyPath, Passphrase));
        Assert.Throws<KeyFileException>(() => other.SaveUnprotected(_folder["anna.other"]));
        Assert.Equal(before, File.ReadAllBytes(KeyPath));
    }

    [Fact]
    public void A_key_file_is_for_its_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes");
            return;
        }
        using var made = FileKey.Create(KeyAlgorithm.EcdsaP256, "server");
        made.SaveUnprotected(KeyPath);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Throws<KeyFileException>(() => FileKey.OpenUnprotected(KeyPath)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_encrypted_key_is_not_taken_for_a_plain_one_nor_the_other_way_round()
    {
        using var made = FileKey.Create(KeyAlgorithm.EcdsaP256, "Anna");
        made.Save(KeyPath, Passphrase);
        made.SaveUnprotected(_folder["plain.key"]);

        Assert.Throws<KeyFileException>(() => FileKey.OpenUnprotected(KeyPath));
        Assert.Throws<KeyFileException>(() => FileKey.Open(_folder["plain.key"], Passphrase));
    }

    [Fact]
    public void A_public_half_of_another_key_is_refused()
    {
        using var anna = FileKey.Create(KeyAlgorithm.EcdsaP256, "Anna");
        using var ben = FileKey.Create(KeyAlgorithm.EcdsaP256, "Ben");
        anna.SaveUnprotected(KeyPath);
        File.WriteAllText(FileKey.PublicPath(KeyPath), ben.PublicKey.ToJson().ToJsonString());

        Assert.Throws<KeyFileException>(() => FileKey.OpenUnprotected(KeyPath));
    }

    [Fact]
    public void A_missing_public_half_is_told()
    {
        using var anna = FileKey.Create(KeyAlgorithm.EcdsaP256, "Anna");
        anna.SaveUnprotected(KeyPath);
        File.Delete(FileKey.PublicPath(KeyPath));

        Assert.Contains("anna.pub", Assert.Throws<KeyFileException>(() => FileKey.OpenUnprotected(KeyPath)).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(""), InlineData("   "), InlineData("Zoë"), InlineData("two\nlines")]
    public void A_custodian_has_a_printable_name(string name) =>
        Assert.Throws<ArgumentException>(() => FileKey.Create(KeyAlgorithm.EcdsaP256, name));

    private static bool SameKey(PublicKey key, string pem) =>
        key.KeyType == "ed25519" ? Hex(new PublicKey("ed25519", "ed25519", pem)) == key.Value : pem == key.Value;

    private static string Hex(PublicKey pemKey) => Convert.ToHexStringLower(
        Convert.FromBase64String(string.Concat(pemKey.Value.Split('\n').Where(line => !line.StartsWith('-')))).AsSpan(^32..));

    private static string OpenSsl(params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "openssl is not installed");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }
}
