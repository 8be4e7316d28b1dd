using System.Globalization;

namespace Aftercare.Server.Platform.Storage;

/// <summary>
/// Whoever writes to a SQLite installation holds its data folder: the server while it runs, or one command. The operating system lets go of it
/// when the holder ends, however that happens.
/// </summary>
public sealed class DataLock : IDisposable
{
    private readonly FileStream _file;

    private DataLock(FileStream file) => _file = file;

    /// <param name="folder">Made when it is missing.</param>
    /// <param name="holder">Who takes it, for whoever comes second: <c>the server</c>, <c>the command rebuild</c>.</param>
    /// <exception cref="CannotStartException">Somebody else holds it; the message says who.</exception>
    public static DataLock Take(DataFolder folder, string holder)
    {
        Directory.CreateDirectory(folder.Root);
        var path = Path.Combine(folder.Root, "lock");
        // A file of its own, because a locked one cannot be read.
        var heldBy = Path.Combine(folder.Root, "lock.held-by");
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(heldBy, string.Create(CultureInfo.InvariantCulture, $"{holder}, process {Environment.ProcessId} on {Environment.MachineName}"));
            return new DataLock(file);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new CannotStartException($"The folder {folder.Root} is in use by {(File.Exists(heldBy) ? File.ReadAllText(heldBy) : "another process")}. Stop it first.");
        }
    }

    public void Dispose() => _file.Dispose();
}
