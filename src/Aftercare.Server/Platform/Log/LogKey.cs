using System.Security.Cryptography;
using Aftercare.Server.Platform.Storage;
using Aftercare.Trust.Keys;
using Aftercare.Trust.Log;

namespace Aftercare.Server.Platform.Log;

/// <summary>The key that signs checkpoints: Ed25519, made on first start, in a file that only the server may read.</summary>
public sealed class LogKey
{
    private const int SeedBytes = 32;
    private readonly byte[] _seed;

    private LogKey(byte[] seed) => _seed = seed;

    public static LogKey OpenOrCreate(string keysFolder)
    {
        var path = Path.Combine(keysFolder, "log.key");
        DurableFile.CreateFolder(keysFolder, DurableFile.OwnerOnlyFolder);
        if (!File.Exists(path))
            DurableFile.WriteAllBytesAtomically(path, RandomNumberGenerator.GetBytes(SeedBytes), DurableFile.OwnerOnly, overwrite: false);
        var seed = File.ReadAllBytes(path);
        return seed.Length == SeedBytes ? new LogKey(seed) : throw new InvalidDataException($"{path} is not a log key: {seed.Length} bytes instead of {SeedBytes}.");
    }

    public NoteSigner Signer(string origin) => NoteSigner.FromSeed(origin, _seed);

    public NoteKey Key(string origin) => new(origin, Ed25519.PublicKey(_seed));
}
