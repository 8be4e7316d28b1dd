using System.Runtime.InteropServices;

namespace Aftercare.Csaf;

/// <summary>
/// Puts the provider tree on disk, for any web server to carry. Everything is first written and synced beside its place, then renamed into
/// it: documents with their hashes before the lists that name them, provider-metadata.json last. So a reader never meets half a file or a
/// link to nothing, and a crash leaves at most a document that no list names yet.
/// </summary>
public sealed class CsafFiles
{
    private readonly string _root;

    /// <param name="root">Folder that is served as the root of the site; made when missing. The writer holds <c>root.lock</c> beside it.</param>
    public CsafFiles(string root) => _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>Writes the given documents, then lists all that are published. Doing it again changes nothing but the time of the feed.</summary>
    /// <param name="published">Every document that is published, with those in <paramref name="write"/>; others leave the lists.</param>
    /// <param name="write">The documents to put in place: the new one, or all of them to build the tree anew.</param>
    /// <exception cref="IOException">Another process is writing the tree, or the disk refused.</exception>
    /// <exception cref="ArgumentException">A document to write is not among the published ones.</exception>
    public async Task PublishAsync(
        ProviderSettings settings,
        IReadOnlyCollection<ListedAdvisory> published,
        IReadOnlyCollection<Publication> write,
        DateTimeOffset now,
        CancellationToken stop)
    {
        var paths = published.Select(a => a.Path).ToHashSet(StringComparer.Ordinal);
        if (write.FirstOrDefault(p => !paths.Contains(p.Listing.Path)) is { } stray)
            throw new ArgumentException($"{stray.Listing.Id} is to be written but not listed.", nameof(write));

        var index = ProviderTree.IndexFiles(settings, published, now);
        Directory.CreateDirectory(_root);
        await using var hold = Lock();
        foreach (var publication in write)
            await Put([.. ProviderTree.DocumentFiles(publication)], stop);
        await Put([.. index], stop);
    }

    private FileStream Lock()
    {
        var path = _root + ".lock";
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException inUse)
        {
            throw new IOException($"The CSAF tree {_root} is being written by another process (it holds {path}).", inUse);
        }
    }

    private async Task Put(TreeFile[] files, CancellationToken stop)
    {
        foreach (var file in files)
            await Stage(file, stop);

        // From here on nothing stops us half way: the hashes and their document change together.
        foreach (var file in files)
            File.Move(Staged(file), Place(file), overwrite: true);
        foreach (var folder in files.Select(file => Path.GetDirectoryName(Place(file))!).Distinct())
            FolderSync.Sync(folder);
    }

    private async Task Stage(TreeFile file, CancellationToken stop)
    {
        var folder = Path.GetDirectoryName(Place(file))!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            for (var above = folder; above.Length > _root.Length; above = Path.GetDirectoryName(above)!)
                FolderSync.Sync(Path.GetDirectoryName(above)!);
        }

        await using var stream = new FileStream(Staged(file), FileMode.Create, FileAccess.Write, FileShare.None);
        await stream.WriteAsync(file.Bytes, stop);
        stream.Flush(flushToDisk: true);
    }

    private string Place(TreeFile file) => Path.Combine(_root, file.Path);

    // One writer, so one name is enough, and what a crash leaves is overwritten the next time. The dot keeps web servers from serving it.
    private string Staged(TreeFile file) => Path.Combine(Path.GetDirectoryName(Place(file))!, $".{Path.GetFileName(file.Path)}.new");
}

/// <summary>Makes renames durable. .NET cannot open a folder, and on Windows there is nothing to do.</summary>
internal static class FolderSync
{
    internal static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;

        var handle = Open(folder, flags: 0);
        if (handle < 0)
            throw new IOException($"Cannot open {folder} to sync it: {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            if (Fsync(handle) != 0)
                throw new IOException($"Cannot sync {folder}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int handle);

    [DllImport("libc", EntryPoint = "close"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
