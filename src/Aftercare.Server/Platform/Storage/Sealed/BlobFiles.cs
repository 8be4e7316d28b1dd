using System.Collections.Concurrent;
using System.Security.Cryptography;
using Aftercare.Server.Platform.Keys;

namespace Aftercare.Server.Platform.Storage.Sealed;

/// <summary>
/// Sealed originals as plain files under one folder: <c>&lt;2 hex&gt;/&lt;32 hex&gt;</c>, named at random so that a name says nothing about the
/// content. The database row that names the file is written after <see cref="SaveAsync"/> returned; a crash in between leaves an orphan.
/// </summary>
public sealed class BlobFiles(string root, KeyRing ring)
{
    private const int IdBytes = 16;

    private readonly string _root = Path.GetFullPath(root);
    private readonly ConcurrentDictionary<string, bool> _durableFolders = new();

    /// <summary>
    /// Seals a stream into a new file under a data key of its own. When this returns, the file is durable: flushed, renamed from its
    /// temporary name, its folder flushed. When it throws, nothing is left.
    /// </summary>
    /// <param name="plain">Read once, in flat memory; no plain byte touches the disk.</param>
    /// <param name="maxBytes">Limit of plain bytes, itself allowed.</param>
    /// <param name="stop">Gives up the upload.</param>
    /// <exception cref="TooLargeException">The stream has more than <paramref name="maxBytes"/>.</exception>
    public async Task<StoredBlob> SaveAsync(Stream plain, long maxBytes, CancellationToken stop)
    {
        var fileId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var path = PathOf(fileId);
        EnsureFolder(fileId[..2]);

        var dataKey = RandomNumberGenerator.GetBytes(SealedBlob.DataKeyBytes);
        try
        {
            var content = await WriteDurably(plain, path, dataKey, maxBytes, stop);
            return new StoredBlob(fileId, content.Sha256, content.Length, ring.Wrap(ContextOf(fileId), dataKey));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    /// <summary>The plain bytes of a stored blob, seekable.</summary>
    /// <exception cref="FileNotFoundException">The file was deleted.</exception>
    /// <exception cref="SealBrokenException">The file or its wrapped key was altered, cut, or exchanged for another.</exception>
    public SealedBlobStream OpenRead(StoredBlob blob)
    {
        var dataKey = ring.Unwrap(ContextOf(blob.FileId), blob.Key);
        try
        {
            var options = new FileStreamOptions { Options = FileOptions.Asynchronous, BufferSize = 0, Share = FileShare.Read | FileShare.Delete };
            var stream = SealedBlobStream.Open(new FileStream(PathOf(blob.FileId), options), dataKey);
            if (stream.Length == blob.Length)
                return stream;

            stream.Dispose();
            throw new SealBrokenException($"Blob {blob.FileId} holds {stream.Length} bytes; its record says {blob.Length}.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    /// <summary>The wrapped key of a blob under the current key-encryption key, to be stored in place of the old one; the file stays as it is.</summary>
    /// <exception cref="SealBrokenException">The wrapped key is not this blob's, or was altered.</exception>
    public WrappedKey Rewrap(StoredBlob blob) => ring.Rewrap(ContextOf(blob.FileId), blob.Key);

    /// <summary>Deletes a file durably; one that is gone already is no error. Erasure also drops the wrapped key, which backups of the file cannot do without.</summary>
    public void Delete(string fileId)
    {
        var path = PathOf(fileId);
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
            return;
        File.Delete(path);
        DurableFile.SyncFolder(folder);
    }

    /// <summary>Removes what uploads left that a crash cut off. Only at start, before the first upload, by the holder of the data folder's lock.</summary>
    /// <returns>How many files were removed.</returns>
    public int SweepTemp()
    {
        var swept = 0;
        foreach (var file in Files().Where(file => file.Name.EndsWith(DurableFile.TemporaryEnding, StringComparison.Ordinal)))
        {
            file.Delete();
            swept++;
        }

        return swept;
    }

    /// <summary>Files that no record names: saved, and then the power went before the record was committed. The caller deletes them.</summary>
    /// <param name="known">Ids of every blob on record, read <em>after</em> the files written before <paramref name="writtenBefore"/> had time to be recorded.</param>
    /// <param name="writtenBefore">Spares uploads that are not yet committed; an hour ago is ample.</param>
    public IEnumerable<string> Orphans(IReadOnlySet<string> known, DateTimeOffset writtenBefore) => Files()
        .Where(file => IsId(file.Name) && !known.Contains(file.Name) && file.LastWriteTimeUtc < writtenBefore.UtcDateTime)
        .Select(file => file.Name);

    /// <summary>Once a process for each folder. Two uploads that meet here both flush: neither may return before the folder's name is durable.</summary>
    private void EnsureFolder(string name)
    {
        if (_durableFolders.ContainsKey(name))
            return;
        DurableFile.CreateFolder(_root, DurableFile.OwnerOnlyFolder);
        DurableFile.CreateFolder(Path.Combine(_root, name), DurableFile.OwnerOnlyFolder);
        _durableFolders[name] = true;
    }

    private static async Task<SealedContent> WriteDurably(Stream plain, string path, byte[] dataKey, long maxBytes, CancellationToken stop)
    {
        var temporary = path + DurableFile.TemporaryEnding;
        try
        {
            SealedContent content;
            await using (var file = DurableFile.Create(temporary, DurableFile.OwnerOnly))
            {
                content = await SealedBlobWriter.WriteAsync(plain, file, dataKey, maxBytes, stop);
                file.Flush(flushToDisk: true);
            }

            // Overwriting is what makes this a rename(2); the name is 128 random bits, so there is nothing to overwrite.
            File.Move(temporary, path, overwrite: true);
            DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
            return content;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private IEnumerable<FileInfo> Files() => Directory.Exists(_root)
        ? new DirectoryInfo(_root).EnumerateDirectories("??").SelectMany(folder => folder.EnumerateFiles())
        : [];

    private string PathOf(string fileId) => IsId(fileId)
        ? Path.Combine(_root, fileId[..2], fileId)
        : throw new ArgumentException("A blob's file id has 32 lower-case hexadecimal digits.", nameof(fileId));

    private static bool IsId(string text) => text.Length == 2 * IdBytes && text.All(char.IsAsciiHexDigitLower);

    private static string ContextOf(string fileId) => $"blob/{fileId}";
}

/// <summary>What the database keeps of a sealed file.</summary>
/// <param name="FileId">32 lower-case hexadecimal digits, random; says nothing about the content.</param>
/// <param name="Sha256">Of the plain bytes, 32 bytes.</param>
/// <param name="Length">Plain bytes.</param>
/// <param name="Key">Opens this file only; erasure drops it.</param>
public sealed record StoredBlob(string FileId, byte[] Sha256, long Length, WrappedKey Key);
