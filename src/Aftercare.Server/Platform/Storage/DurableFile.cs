using System.Runtime.InteropServices;
using System.Text;

namespace Aftercare.Server.Platform.Storage;

/// <summary>
/// Files that are still there after the power went. A file is durable when its bytes are flushed, it has its final name, and the
/// folder that holds the name is flushed too; each call here returns only then.
/// </summary>
public static class DurableFile
{
    public const UnixFileMode AnybodyReads = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public const UnixFileMode AnybodyReadsFolder = AnybodyReads | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Readable and writable by the account that runs the server, and by nobody else (0600).</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A folder that only the account that runs the server may enter (0700).</summary>
    public const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;

    /// <summary>Ends the name of a file that is still being written; one that is found at start is what a crash left.</summary>
    public const string TemporaryEnding = ".tmp";

    /// <summary>
    /// Writes a whole file so that a reader, and a crash at any moment, sees all of it or none of it. The temporary file has
    /// <paramref name="mode"/> from its first byte on. Windows has no modes: the folder's access list decides there.
    /// </summary>
    /// <param name="path">In a folder that exists.</param>
    /// <param name="bytes">All of the file.</param>
    /// <param name="mode">Narrowed further by the process's umask.</param>
    /// <param name="overwrite">False refuses a name that is taken. Two writers of one name at one moment are not kept apart.</param>
    /// <exception cref="IOException">Disk full, name taken, or the folder cannot be written. Nothing is left behind.</exception>
    public static void WriteAllBytesAtomically(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode, bool overwrite = true)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full)!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Path.GetRandomFileName()}{TemporaryEnding}");
        try
        {
            using (var file = Create(temporary, mode))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncFolder(folder);
    }

    /// <summary>Creates a file that must not exist yet, unbuffered, with <paramref name="mode"/> from its first byte on.</summary>
    public static FileStream Create(string path, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        return new FileStream(path, options);
    }

    /// <summary>
    /// Creates a folder, and those above it where they are missing, and makes each new name durable. An existing folder keeps its mode, but
    /// its name is flushed too: whoever made it may have died, or may not have come to that yet.
    /// </summary>
    public static void CreateFolder(string path, UnixFileMode mode)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var above = Path.GetDirectoryName(full) ?? throw new ArgumentException($"{full} has no folder above it.", nameof(path));
        if (!Directory.Exists(above))
            CreateFolder(above, mode);

        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(full);
        else
            Directory.CreateDirectory(full, mode);
        SyncFolder(above);
    }

    /// <summary>Makes the names in a folder durable: what was created, renamed or deleted in it stays so.</summary>
    /// <exception cref="IOException">The folder cannot be opened, or the file system cannot flush it.</exception>
    public static void SyncFolder(string path)
    {
        // Windows cannot flush a folder through a handle that .NET opens; NTFS journals its names.
        if (OperatingSystem.IsWindows())
            return;

        // .NET refuses to open a folder as a file, so this asks libc.
        var name = Encoding.UTF8.GetBytes(path + '\0');
        var folder = Retried(() => Libc.Open(name, Libc.ReadOnlyCloseOnExec), $"The folder {path} cannot be opened to flush it");
        try
        {
            Retried(() => Libc.Fsync(folder), $"The folder {path} cannot be flushed to disk");
        }
        finally
        {
            _ = Libc.Close(folder);
        }
    }

    private static int Retried(Func<int> call, string failure)
    {
        while (true)
        {
            if (call() is >= 0 and var result)
                return result;
            var error = Marshal.GetLastPInvokeError();
            if (error != Libc.Interrupted)
                throw new IOException($"{failure}: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    private static class Libc
    {
        internal const int Interrupted = 4; // EINTR, on Linux and macOS

        internal static readonly int ReadOnlyCloseOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        internal static extern int Open(byte[] zeroEndedPath, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        internal static extern int Fsync(int file);

        [DllImport("libc", EntryPoint = "close", SetLastError = true)]
        internal static extern int Close(int file);
    }
}
