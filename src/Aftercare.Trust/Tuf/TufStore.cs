using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aftercare.Trust.Tuf;

/// <summary>
/// A repository's folder, ready to be served by any web server: <c>metadata/</c> and <c>targets/</c>. One writer. Files with a version or a
/// hash in their name are made once and kept for ever; <c>timestamp.json</c> is replaced last, so that a site always sees a whole repository.
/// </summary>
public sealed class TufStore(string folder)
{
    private const string Timestamp = "timestamp.json";
    private readonly string _pending = Path.Combine(folder, ".pending");

    public string MetadataFolder { get; } = Path.Combine(folder, "metadata");

    public string TargetsFolder { get; } = Path.Combine(folder, "targets");

    /// <summary>Reads what is published, after finishing a publication that a crash cut off.</summary>
    /// <returns>Null where no repository has been started.</returns>
    /// <exception cref="UntrustedException">The folder holds something that was not properly signed.</exception>
    /// <exception cref="TufPlanException">Another writer is at work.</exception>
    public TufRepository? Load()
    {
        Directory.CreateDirectory(MetadataFolder);
        using var held = Lock();
        FinishPending();
        return TufRepository.Load(name => File.Exists(PathOf(name)) ? File.ReadAllBytes(PathOf(name)) : null);
    }

    /// <summary>All or nothing: what a crash cuts off is finished by the next <see cref="Load"/> or publication.</summary>
    /// <exception cref="TufPlanException">The folder has moved on since the publication was made, or another writer is at work.</exception>
    public void Publish(Publication publication)
    {
        Directory.CreateDirectory(MetadataFolder);
        using var held = Lock();
        FinishPending();
        foreach (var file in publication.Files)
            RefuseIfMovedOn(file);
        Durable.Replace(_pending, Journal(publication.Files));
        FinishPending();
    }

    /// <summary>
    /// Streams a package in under its hashed name and says what is to be signed. Nobody is offered it before a line that names it is published.
    /// </summary>
    /// <param name="path"><c>line/release/file</c>, or a plain name for the top level.</param>
    public async Task<TargetFile> AddTargetAsync(string path, Stream content, JsonObject? custom = null, CancellationToken stop = default)
    {
        var place = TargetPath.Under(TargetsFolder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        var temporary = $"{place}.{Path.GetRandomFileName()}.tmp";
        try
        {
            var file = await Write(temporary, path, content, custom, stop);
            var final = Path.Combine(Path.GetDirectoryName(place)!, $"{file.Sha256}.{Path.GetFileName(place)}");
            File.Move(temporary, final, overwrite: true);
            Durable.FlushFolderOf(final);
            return file;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static async Task<TargetFile> Write(string temporary, string path, Stream content, JsonObject? custom, CancellationToken stop)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        await using var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        var buffer = new byte[TargetCheck.BufferBytes];
        while (await content.ReadAsync(buffer, stop) is > 0 and var count)
        {
            sha256.AppendData(buffer, 0, count);
            sha512.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), stop);
        }
        file.Flush(flushToDisk: true);
        return new TargetFile(
            path, file.Length, Convert.ToHexStringLower(sha256.GetHashAndReset()), Convert.ToHexStringLower(sha512.GetHashAndReset()), custom);
    }

    private void RefuseIfMovedOn(RepositoryFile file)
    {
        if (!File.Exists(PathOf(file.Path)))
            return;
        var present = File.ReadAllBytes(PathOf(file.Path));
        var newer = file.Path == Timestamp && Metadata.ParseTimestamp(file.Bytes).Role.Version > Metadata.ParseTimestamp(present).Role.Version;
        if (!newer && !file.Bytes.Span.SequenceEqual(present))
            throw new TufPlanException(
                $"{file.Path} is published with other content. The folder has moved on, or this server was restored from a backup: load the folder "
                    + "and draft again.");
    }

    private static byte[] Journal(ImmutableArray<RepositoryFile> files) =>
        JsonSerializer.SerializeToUtf8Bytes(files.Select(file => KeyValuePair.Create(file.Path, file.Bytes.ToArray())));

    private void FinishPending()
    {
        if (!File.Exists(_pending))
            return;
        foreach (var (name, bytes) in JsonSerializer.Deserialize<KeyValuePair<string, byte[]>[]>(File.ReadAllBytes(_pending))!)
        {
            if (name == Timestamp || !File.Exists(PathOf(name)))
                Durable.Replace(PathOf(name), bytes);
        }
        File.Delete(_pending);
        Durable.FlushFolderOf(_pending);
    }

    private FileStream Lock()
    {
        try
        {
            return new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new TufPlanException($"Another writer is at work in {folder}. Try again when it is done.", e);
        }
    }

    private string PathOf(string name) => Path.Combine(MetadataFolder, name);
}
