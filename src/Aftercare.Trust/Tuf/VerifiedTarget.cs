using System.Security.Cryptography;

namespace Aftercare.Trust.Tuf;

/// <summary>A file whose bytes the signed metadata vouches for. Holding one is the proof: it comes only from checking every byte.</summary>
public sealed class VerifiedTarget
{
    internal VerifiedTarget(TargetInfo info, string path) => (Info, Path) = (info, path);

    public TargetInfo Info { get; }

    /// <value>Where the bytes are; they were checked when this was made, so keep others from writing there.</value>
    public string Path { get; }

    /// <summary>Checks a file that came by another way, such as a memory stick, against signed metadata.</summary>
    /// <exception cref="TargetMismatchException"/>
    public static async Task<VerifiedTarget> OfFileAsync(TargetInfo target, string path, CancellationToken stop = default)
    {
        using var check = new TargetCheck(target);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        await check.ReadAsync(file, stop);
        check.Finish();
        return new VerifiedTarget(target, path);
    }
}

/// <summary>Counts and hashes a target's bytes as they pass, so that no file is ever held whole in memory.</summary>
internal sealed class TargetCheck : IDisposable
{
    internal const int BufferBytes = 128 * 1024;
    private readonly TargetInfo _target;
    private readonly List<(FileHash Expected, IncrementalHash Running)> _hashes;

    internal TargetCheck(TargetInfo target)
    {
        _target = target;
        _hashes = [.. target.Checkable.Select(hash => (hash, Running(hash.Algorithm)))];
        if (_hashes.Count == 0)
            throw new TargetMismatchException(target.Path, "it is signed without SHA-256 or SHA-512");
    }

    internal long Count { get; private set; }

    /// <exception cref="TargetMismatchException">There are more bytes than were signed.</exception>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        Count += bytes.Length;
        if (Count > _target.Length)
            throw new TargetMismatchException(_target.Path, $"it is longer than the signed {_target.Length} bytes");
        foreach (var (_, running) in _hashes)
            running.AppendData(bytes);
    }

    internal void Restart()
    {
        Count = 0;
        foreach (var (_, running) in _hashes)
            running.GetHashAndReset();
    }

    internal async Task ReadAsync(Stream stream, CancellationToken stop)
    {
        var buffer = new byte[BufferBytes];
        while (await stream.ReadAsync(buffer, stop) is > 0 and var count)
            Add(buffer.AsSpan(0, count));
    }

    /// <exception cref="TargetMismatchException"/>
    internal void Finish()
    {
        if (Count != _target.Length)
            throw new TargetMismatchException(_target.Path, $"it has {Count} bytes, not the signed {_target.Length}");
        foreach (var (expected, running) in _hashes)
        {
            if (!CryptographicOperations.FixedTimeEquals(running.GetHashAndReset(), Convert.FromHexString(expected.Hex)))
                throw new TargetMismatchException(_target.Path, $"its {expected.Algorithm} differs from the signed one");
        }
    }

    public void Dispose() => _hashes.ForEach(hash => hash.Running.Dispose());

    private static IncrementalHash Running(string algorithm) =>
        IncrementalHash.CreateHash(algorithm == "sha256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512);
}
