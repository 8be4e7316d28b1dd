using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Aftercare.Trust.Log;

namespace Aftercare.Trust.Packs;

/// <summary>
/// Writes an evidence pack: a ZIP file whose last member is a signed manifest of all others. Streams, so that a pack may
/// be larger than memory and go straight into an answer. The same members, purpose and instant give the same bytes,
/// signatures apart. Without <see cref="FinishAsync(Func{byte[], byte[]}, CancellationToken)"/> there is no pack.
/// </summary>
public sealed class PackWriter : IDisposable
{
    private const int BufferLength = 80 * 1024;

    private readonly Spool _spool;
    private readonly ZipArchive _archive;
    private readonly string _purpose;
    private readonly DateTimeOffset _madeAt;
    private readonly VerifiedCheckpoint? _log;
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase) { PackPath.Manifest };
    private readonly ImmutableArray<PackMember>.Builder _members = ImmutableArray.CreateBuilder<PackMember>();
    private bool _finished;

    /// <param name="destination">Written forwards only and left open; may be one that refuses synchronous writes.</param>
    /// <param name="purpose">One line for people: what was asked for, and by whom.</param>
    /// <param name="madeAt">Kept in UTC to the millisecond; from 1980 to 2107, as ZIP knows no other years.</param>
    /// <param name="log">What ledger entries are proved against; needed to add any.</param>
    public PackWriter(Stream destination, string purpose, DateTimeOffset madeAt, VerifiedCheckpoint? log = null)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentException.ThrowIfNullOrWhiteSpace(purpose);
        _spool = new Spool(destination);
        _archive = new ZipArchive(_spool, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        _purpose = purpose;
        _madeAt = DateTimeOffset.FromUnixTimeMilliseconds(madeAt.ToUnixTimeMilliseconds());
        _log = log;
    }

    /// <param name="path">See <see cref="PackPath.IsSafe"/>; no two may differ in case only.</param>
    /// <param name="mediaType">Such as <c>application/json</c>.</param>
    /// <param name="content">Read to its end, and left open.</param>
    /// <param name="compress">False for what is compressed or encrypted already.</param>
    /// <param name="stop">Gives up; the pack is then useless.</param>
    /// <exception cref="ArgumentException">An unsafe path, or one already taken.</exception>
    public async Task AddAsync(string path, string mediaType, Stream content, bool compress = true, CancellationToken stop = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(mediaType);
        ArgumentNullException.ThrowIfNull(content);
        ObjectDisposedException.ThrowIf(_finished, this);
        if (!PackPath.IsSafe(path) || !_names.Add(path))
            throw new ArgumentException($"{path} is unsafe as the name of a member, or already taken.", nameof(path));

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var size = await CopyAsync(path, content, compress, hash, stop);
        _members.Add(new PackMember(path, mediaType, size, PackManifest.Hex(hash)));
    }

    /// <inheritdoc cref="AddAsync(string, string, Stream, bool, CancellationToken)"/>
    public async Task AddAsync(string path, string mediaType, byte[] content, bool compress = true, CancellationToken stop = default)
    {
        using var stream = new MemoryStream(content, writable: false);
        await AddAsync(path, mediaType, stream, compress, stop);
    }

    /// <summary>Adds the exact bytes of a ledger entry and the proof that they stand in the log.</summary>
    /// <exception cref="UntrustedLogException">The proof does not hold: better no pack than one that accuses the ledger.</exception>
    /// <exception cref="InvalidOperationException">The pack was opened without a log, or the proof is to another checkpoint.</exception>
    public async Task AddEntryAsync(byte[] entry, TlogProof proof, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(proof);
        if (_log is null)
            throw new InvalidOperationException("A pack without a log's checkpoint cannot hold ledger entries.");
        var proved = proof.Verify(MerkleTree.LeafHash(entry), _log.Note.SignedBy[0]);
        if ((proved.Checkpoint.Size, proved.Checkpoint.Root) != (_log.Size, _log.Root))
            throw new InvalidOperationException($"The proof is to {proved.Checkpoint.Size} entries, the pack's checkpoint to {_log.Size}.");
        await AddAsync(PackPath.LedgerEntry(proof.Index), "application/json", entry, stop: stop);
        await AddAsync(PackPath.LedgerProof(proof.Index), "text/plain", proof.ToBytes(), stop: stop);
    }

    /// <summary>Signs the manifest and ends the file. Nothing can be added afterwards.</summary>
    /// <param name="sign">Takes the manifest's bytes and gives a DSSE envelope around them, of <see cref="PackManifest.PayloadType"/>.</param>
    /// <param name="stop">Gives up; the pack is then useless.</param>
    public Task<PackManifest> FinishAsync(Func<byte[], byte[]> sign, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(sign);
        return FinishAsync((bytes, _) => Task.FromResult(sign(bytes)), stop);
    }

    /// <summary>The same for a signer who first puts on record what he is about to sign: nobody has a pack before he has answered.</summary>
    /// <param name="sign">Takes the manifest's bytes and what they say, and gives the envelope.</param>
    /// <param name="stop">Gives up; the pack is then useless.</param>
    public async Task<PackManifest> FinishAsync(Func<byte[], PackManifest, Task<byte[]>> sign, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(sign);
        ObjectDisposedException.ThrowIf(_finished, this);
        var manifest = new PackManifest(_purpose, _madeAt, _log, _members.ToImmutable());
        using var envelope = new MemoryStream(await sign(manifest.ToJson(), manifest), writable: false);
        using var unused = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await CopyAsync(PackPath.Manifest, envelope, compress: true, unused, stop);
        _finished = true;
        _archive.Dispose();
        await _spool.DrainAsync(stop);
        return manifest;
    }

    /// <summary>Writes nothing more: what was not finished stays cut off, and no program takes it for a pack.</summary>
    public void Dispose()
    {
        _finished = true;
        _archive.Dispose();
        _spool.Dispose();
    }

    private async Task<long> CopyAsync(string path, Stream content, bool compress, IncrementalHash hash, CancellationToken stop)
    {
        var entry = _archive.CreateEntry(path, compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
        entry.LastWriteTime = _madeAt;
        using var target = entry.Open();
        var buffer = new byte[BufferLength];
        var size = 0L;
        for (int read; (read = await content.ReadAsync(buffer, stop)) > 0; size += read)
        {
            hash.AppendData(buffer, 0, read);
            target.Write(buffer.AsSpan(0, read));
            await _spool.DrainAsync(stop);
        }
        return size;
    }
}
