using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Operations;

/// <summary>Copies a tree of files that others may be adding to.</summary>
internal static class CopyFolder
{
    /// <summary>What is still being written is left out. Durable when it returns.</summary>
    /// <param name="turn">0: first; 1: after those; anything else: not at all.</param>
    /// <param name="copied">Told each new file with its SHA-256.</param>
    internal static async Task Copy(string from, string to, Func<string, int> turn, CancellationToken stop, Action<string, byte[]>? copied = null)
    {
        if (!Directory.Exists(from))
            return;
        DurableFile.CreateFolder(to, DurableFile.AnybodyReadsFolder);
        foreach (var inTurn in new[] { 0, 1 })
            foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(DurableFile.TemporaryEnding, StringComparison.Ordinal) && turn(file) == inTurn))
                await CopyFile(file, Path.Combine(to, Path.GetRelativePath(from, file)), copied, stop);
        foreach (var folder in Directory.EnumerateDirectories(to, "*", SearchOption.AllDirectories).Prepend(to))
            DurableFile.SyncFolder(folder);
    }

    private static async Task CopyFile(string from, string to, Action<string, byte[]>? copied, CancellationToken stop)
    {
        DurableFile.CreateFolder(Path.GetDirectoryName(to)!, DurableFile.AnybodyReadsFolder);
        var part = to + DurableFile.TemporaryEnding;
        File.Delete(part);
        try
        {
            byte[] sha256;
            await using (var reading = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            await using (var writing = DurableFile.Create(part, OperatingSystem.IsWindows() ? DurableFile.OwnerOnly : File.GetUnixFileMode(from)))
            {
                sha256 = await FileSums.Copy(reading, writing, stop);
                writing.Flush(flushToDisk: true);
            }
            // Under its name only when it is whole: whoever goes on after a crash takes what is there for good.
            File.Move(part, to);
            copied?.Invoke(to, sha256);
        }
        catch (FileNotFoundException)
        {
            // Superseded since the folder was listed: a partial tile whose full one is copied next.
        }
    }
}
