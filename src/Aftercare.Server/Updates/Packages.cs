using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Updates;

namespace Aftercare.Server.Updates;

/// <summary>A package on its way in.</summary>
/// <param name="Id">Follows from the rest, so that whoever begins the same upload again goes on with it.</param>
/// <param name="Sha256">Lowercase hex, as announced.</param>
public sealed record PackageUpload(Guid Id, Guid Update, string Path, long Length, string Sha256);

/// <summary>Packages on disk: unfinished ones grow in the uploads folder, whole ones stand under their SHA-256. Nothing is ever held in memory as a whole.</summary>
public sealed class Packages(DataFolder data, long maxBytes)
{
    /// <value>8 GiB; setting <c>Updates:MaxPackageBytes</c>.</value>
    public const long DefaultMaxBytes = 8L * 1024 * 1024 * 1024;

    /// <value>50 unfinished uploads at a time.</value>
    private const int MostUploads = 50;
    private const int BufferBytes = 128 * 1024;

    /// <value>7 days without a byte, then an unfinished upload is forgotten.</value>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    public long MaxBytes { get; } = maxBytes;

    /// <summary>Where a whole package stands.</summary>
    public string PathOf(string sha256) => Path.Combine(data.Packages, sha256);

    public Outcome<PackageUpload> Begin(Guid update, string path, long length, string sha256, Instant now)
    {
        if (length > MaxBytes)
            return new Refusal(Because.TooLarge, "package.too-large", $"A package may have {MaxBytes} bytes; this has {length}.");
        DurableFile.CreateFolder(data.Uploads, DurableFile.OwnerOnlyFolder);
        var upload = new PackageUpload(IdOf(update, path, length, sha256), update, path, length, sha256);
        if (Find(upload.Id) is not null)
            return upload;
        var open = Open(now);
        if (open.Any(other => other.Update == update && string.Equals(other.Path, path, StringComparison.OrdinalIgnoreCase)))
            return Refusal.State("upload.path-taken", $"Another file is being uploaded as {path}. Delete that upload first, or finish it.");
        if (open.Length >= MostUploads)
            return Refusal.State("upload.too-many", $"{MostUploads} uploads are unfinished. Finish or delete some.");
        DurableFile.WriteAllBytesAtomically(NoteOf(upload.Id), JsonSerializer.SerializeToUtf8Bytes(upload), DurableFile.OwnerOnly);
        return upload;
    }

    public PackageUpload? Find(Guid id) => File.Exists(NoteOf(id)) ? JsonSerializer.Deserialize<PackageUpload>(File.ReadAllBytes(NoteOf(id))) : null;

    /// <summary>How many bytes are here; all of them when the same package came before.</summary>
    public long OffsetOf(PackageUpload upload)
    {
        var part = new FileInfo(PartOf(upload.Id));
        return part.Exists ? part.Length : File.Exists(PathOf(upload.Sha256)) ? upload.Length : 0;
    }

    /// <summary>Takes the next bytes. What came before a cut is kept.</summary>
    /// <returns>How many bytes are here now.</returns>
    public async Task<Outcome<long>> Append(PackageUpload upload, long offset, Stream bytes, CancellationToken stop)
    {
        if (offset != OffsetOf(upload))
            return Refusal.State("upload.offset", $"{OffsetOf(upload)} bytes are here, not {offset}. Go on from there.");
        if (offset == upload.Length)
            return offset;
        try
        {
            await using var part = new FileStream(PartOf(upload.Id), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, BufferBytes);
            part.Position = offset;
            var buffer = new byte[BufferBytes];
            while (await bytes.ReadAsync(buffer, stop) is > 0 and var count)
            {
                if (part.Position + count > upload.Length)
                    return Refusal.State("upload.too-long", $"More bytes came than the {upload.Length} that were announced. Nothing after them was kept.");
                await part.WriteAsync(buffer.AsMemory(0, count), stop);
            }
            return part.Position;
        }
        catch (IOException) when (!stop.IsCancellationRequested && IsBusy(upload))
        {
            return Refusal.State("upload.busy", "Somebody else is sending this file at the moment.");
        }
    }

    /// <summary>Hashes the whole file and moves it to its place. Doing it again is harmless.</summary>
    public async Task<Outcome<PackageFile>> Finish(PackageUpload upload, CancellationToken stop)
    {
        var part = PartOf(upload.Id);
        var here = File.Exists(part) ? part : PathOf(upload.Sha256);
        var (sha256, sha512) = await Hash(here, stop);
        if (sha256 != upload.Sha256)
        {
            File.Delete(part);
            Forget(upload);
            return Refusal.State("upload.hash", $"The bytes that came have SHA-256 {sha256}, not the announced {upload.Sha256}. They were thrown away; upload the file again.");
        }
        if (here == part)
        {
            DurableFile.CreateFolder(data.Packages, DurableFile.OwnerOnlyFolder);
            File.Move(part, PathOf(sha256), overwrite: true);
            DurableFile.SyncFolder(data.Packages);
        }
        return new PackageFile(upload.Path, upload.Length, sha256, sha512);
    }

    public void Forget(PackageUpload upload)
    {
        File.Delete(PartOf(upload.Id));
        File.Delete(NoteOf(upload.Id));
    }

    private ImmutableArray<PackageUpload> Open(Instant now)
    {
        var uploads = Directory.GetFiles(data.Uploads, "*.json").Select(note => Find(Guid.Parse(Path.GetFileNameWithoutExtension(note)))).OfType<PackageUpload>().ToLookup(upload => now - TouchedAt(upload) > Patience);
        foreach (var stale in uploads[true])
            Forget(stale);
        return [.. uploads[false]];
    }

    private Instant TouchedAt(PackageUpload upload) =>
        Instant.From(File.GetLastWriteTimeUtc(File.Exists(PartOf(upload.Id)) ? PartOf(upload.Id) : NoteOf(upload.Id)));

    private bool IsBusy(PackageUpload upload)
    {
        try
        {
            using var part = new FileStream(PartOf(upload.Id), FileMode.Open, FileAccess.Write, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    // Flushed to disk as well: what is hashed here is what will be served.
    private static async Task<(string Sha256, string Sha512)> Hash(string path, CancellationToken stop)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        file.Flush(flushToDisk: true);
        var buffer = new byte[BufferBytes];
        while (await file.ReadAsync(buffer, stop) is > 0 and var count)
        {
            sha256.AppendData(buffer, 0, count);
            sha512.AppendData(buffer, 0, count);
        }
        return (Convert.ToHexStringLower(sha256.GetHashAndReset()), Convert.ToHexStringLower(sha512.GetHashAndReset()));
    }

    private static Guid IdOf(Guid update, string path, long length, string sha256) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{update:D}\n{path}\n{length}\n{sha256}")).AsSpan(0, 16), bigEndian: true);

    private string PartOf(Guid id) => Path.Combine(data.Uploads, $"{id:D}.part");

    private string NoteOf(Guid id) => Path.Combine(data.Uploads, $"{id:D}.json");
}
