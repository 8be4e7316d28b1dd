using System.Runtime.InteropServices;

namespace Aftercare.Trust;

/// <summary>Files that are whole or absent after a crash: written beside, flushed, renamed, and the folder flushed.</summary>
internal static partial class Durable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="IOException">The file exists.</exception>
    internal static void WriteNew(string path, ReadOnlySpan<byte> bytes, bool ownerOnly)
    {
        var temporary = WriteBeside(path, bytes, ownerOnly);
        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        FlushFolderOf(path);
    }

    internal static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        File.Move(WriteBeside(path, bytes, ownerOnly: false), path, overwrite: true);
        FlushFolderOf(path);
    }

    /// <summary>Makes a rename or a new name in the file's folder last. .NET cannot open a folder, so libc does.</summary>
    internal static void FlushFolderOf(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var handle = open(folder, 0);
        if (handle < 0)
            throw new IOException($"{folder} cannot be opened to be flushed (error {Marshal.GetLastPInvokeError()}).");
        var failed = fsync(handle) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = close(handle);
        if (failed)
            throw new IOException($"{folder} cannot be flushed (error {error}).");
    }

    private static string WriteBeside(string path, ReadOnlySpan<byte> bytes, bool ownerOnly)
    {
        var temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (ownerOnly && !OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            using var file = new FileStream(temporary, options);
            file.Write(bytes);
            file.Flush(flushToDisk: true);
            return temporary;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int handle);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int handle);
}
