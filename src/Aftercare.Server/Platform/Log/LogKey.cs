using System.Security.Cryptography;
using System.Text;
using Aftercare.Server.Platform.Storage;
using Aftercare.Trust.Keys;
using Aftercare.Trust.Log;

namespace Aftercare.Server.Platform.Log;

/// <summary>
/// The key that signs checkpoints, with the name that the log keeps for ever: Ed25519, made on first start, in a file that only the server may read.
/// The name stays when the public address changes later, because everybody who kept a checkpoint knows the log by it.
/// </summary>
public sealed class LogKey
{
    private const int SeedBytes = 32;
    private readonly byte[] _seed;

    private LogKey(string name, byte[] seed) => (Name, _seed) = (name, seed);

    /// <value>The host of the public address on the first day, e.g. <c>security.acme.example</c>.</value>
    public string Name { get; }

    /// <param name="keysFolder">Holds <c>log.key</c>: the name, a line break, the seed in base64, a line break.</param>
    /// <param name="name">Of a log that is about to begin; a log that exists keeps its own.</param>
    /// <exception cref="InvalidDataException">The file is something else.</exception>
    public static LogKey OpenOrCreate(string keysFolder, string name)
    {
        var path = PathIn(keysFolder);
        DurableFile.CreateFolder(keysFolder, DurableFile.OwnerOnlyFolder);
        if (!File.Exists(path))
        {
            var text = $"{name}\n{Convert.ToBase64String(RandomNumberGenerator.GetBytes(SeedBytes))}\n";
            DurableFile.WriteAllBytesAtomically(path, Encoding.UTF8.GetBytes(text), DurableFile.OwnerOnly, overwrite: false);
        }
        return Open(keysFolder);
    }

    /// <exception cref="InvalidDataException">The file is something else.</exception>
    public static LogKey Open(string keysFolder)
    {
        var path = PathIn(keysFolder);
        var seed = new byte[SeedBytes];
        return File.ReadAllText(path).Split('\n') is [{ Length: > 0 } name, var base64, ""] && Convert.TryFromBase64String(base64, seed, out var read) && read == SeedBytes
            ? new LogKey(name, seed)
            : throw new InvalidDataException($"{path} is not a log key: a line with the log's name and one with {SeedBytes} bytes in base64.");
    }

    public NoteSigner Signer(string origin) => NoteSigner.FromSeed(origin, _seed);

    public NoteKey Key(string origin) => new(origin, Ed25519.PublicKey(_seed));

    private static string PathIn(string keysFolder) => Path.Combine(keysFolder, "log.key");
}
