using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text.Json;

namespace Aftercare.Trust.Keys;

/// <summary>A key file could not be made or opened. The message is for the person at the keyboard and holds no secret.</summary>
public sealed class KeyFileException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>
/// A private key in a file. A person's key is encrypted with a passphrase; a server's online key is plain and guarded by its mode.
/// Beside <c>NAME.key</c> stands <c>NAME.pub</c>, the public half with its custodian's name.
/// </summary>
public sealed class FileKey : Signer
{
    /// <summary>NIST SP 800-63B-4 asks for 15 where a password stands alone; here the file must be had as well.</summary>
    public const int LeastPassphraseCharacters = 12;

    private const int MostFileBytes = 64 * 1024;
    private const string EncryptedLabel = "ENCRYPTED PRIVATE KEY";
    private const string PlainLabel = "PRIVATE KEY";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly PrivateKey _key;

    private FileKey(PrivateKey key, string custodian, bool test)
    {
        _key = key;
        PublicKey = key.PublicKey() with { Custodian = custodian, IsTest = test };
    }

    public override PublicKey PublicKey { get; }

    /// <summary>Makes a key that exists only in memory until it is saved.</summary>
    /// <param name="custodian">The one person, or the service, that will hold it: 1 to 80 printable ASCII characters (TUF metadata allows no
    /// others).</param>
    /// <param name="test">Brands the key, and every root that names it, as TEST.</param>
    public static FileKey Create(KeyAlgorithm algorithm, string custodian, bool test = false)
    {
        custodian = custodian.Trim();
        if (custodian.Length is 0 or > 80 || custodian.Any(c => c is < ' ' or > '~'))
            throw new ArgumentException("A custodian's name has 1 to 80 printable ASCII characters.", nameof(custodian));
        return new FileKey(PrivateKey.Create(algorithm), custodian, test);
    }

    public override byte[] Sign(ReadOnlySpan<byte> data) => _key.Sign(data);

    /// <summary>Writes the key encrypted (PBES2: AES-256-CBC, PBKDF2-HMAC-SHA-256 with 600,000 rounds), mode 0600, and its <c>.pub</c>.</summary>
    /// <exception cref="KeyFileException">Either file exists already, or the passphrase is too short.</exception>
    public void Save(string path, ReadOnlySpan<char> passphrase)
    {
        if (passphrase.Length < LeastPassphraseCharacters)
            throw new KeyFileException($"The passphrase is too short: at least {LeastPassphraseCharacters} characters.");
        var plain = _key.ToPkcs8();
        Write(path, PemEncoding.WriteString(EncryptedLabel, Pbes2.Encrypt(plain, passphrase)));
        CryptographicOperations.ZeroMemory(plain);
    }

    /// <summary>Writes the key as it is, mode 0600, and its <c>.pub</c>: for a server's online keys only.</summary>
    /// <exception cref="KeyFileException">Either file exists already.</exception>
    public void SaveUnprotected(string path)
    {
        var plain = _key.ToPkcs8();
        Write(path, PemEncoding.WriteString(PlainLabel, plain));
        CryptographicOperations.ZeroMemory(plain);
    }

    /// <exception cref="KeyFileException">Missing, damaged, weakly encrypted, not the pair of its <c>.pub</c>, or the passphrase is
    /// wrong.</exception>
    public static FileKey Open(string path, ReadOnlySpan<char> passphrase)
    {
        var der = ReadPem(path, EncryptedLabel);
        byte[] plain;
        try
        {
            plain = Pbes2.Decrypt(der, passphrase);
        }
        catch (CryptographicException e)
        {
            throw new KeyFileException($"{path} does not open: {e.Message}. If the file is whole, the passphrase is wrong.", e);
        }
        return Read(path, plain);
    }

    /// <exception cref="KeyFileException">As <see cref="Open"/>; also when others than the owner may read or write the file (Unix).</exception>
    public static FileKey OpenUnprotected(string path)
    {
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (!OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
            throw new KeyFileException($"{path} can be read or written by others than its owner: chmod 600, and think whether the key has leaked.");
        return Read(path, ReadPem(path, PlainLabel));
    }

    /// <summary>Where the public half of a key file stands: <c>anna.key</c> has <c>anna.pub</c>.</summary>
    public static string PublicPath(string path) => Path.ChangeExtension(path, ".pub");

    protected override void Dispose(bool disposing) => _key.Dispose();

    private static FileKey Read(string path, byte[] pkcs8)
    {
        var key = OpenPkcs8(path, pkcs8);
        var publicPath = PublicPath(path);
        if (!File.Exists(publicPath))
            throw new KeyFileException($"{publicPath} is missing. It names the key's custodian; copy it from where the key was made.");
        try
        {
            var card = Keys.PublicKey.Parse(File.ReadAllBytes(publicPath));
            if (!card.Equals(key.PublicKey()))
                throw new KeyFileException($"{publicPath} belongs to another key than {path}.");
            return new FileKey(key, card.Custodian ?? "", card.IsTest);
        }
        catch (FormatException e)
        {
            throw new KeyFileException($"{publicPath}: {e.Message}", e);
        }
    }

    private static PrivateKey OpenPkcs8(string path, byte[] pkcs8)
    {
        try
        {
            return PrivateKey.FromPkcs8(pkcs8);
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            throw new KeyFileException($"{path} holds no key that can be used: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private static byte[] ReadPem(string path, string label)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new KeyFileException($"There is no key file {path}.");
        if (file.Length > MostFileBytes)
            throw new KeyFileException($"{path} is too long for a key file: {file.Length} bytes, at most {MostFileBytes}.");
        var text = File.ReadAllText(path);
        if (!PemEncoding.TryFind(text, out var fields) || text[fields.Label] != label)
            throw new KeyFileException($"{path} is not a PEM file of the kind \"{label}\".");
        return Convert.FromBase64String(text[fields.Base64Data]);
    }

    private void Write(string path, string pem)
    {
        var publicPath = PublicPath(path);
        if (publicPath == path)
            throw new KeyFileException($"{path} is the name of a public half; a private key file ends otherwise, for example .key.");
        if (File.Exists(path) || File.Exists(publicPath))
            throw new KeyFileException($"{path} or {publicPath} exists already. A key is never overwritten.");
        Durable.WriteNew(path, System.Text.Encoding.ASCII.GetBytes(pem + "\n"), ownerOnly: true);
        Durable.WriteNew(publicPath, System.Text.Encoding.ASCII.GetBytes(PublicKey.ToJson().ToJsonString(Indented) + "\n"), ownerOnly: false);
    }
}
