using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Operations;

/// <summary>Copies a tree of files that others may be adding to.</summary>
internal static class CopyFolder
{
    /// <summary>What is still being written is left out. Durable when it returns.</summary>
    /// <param name="turn">0: first; 1: after those; anything else: not at all.</param>
    internal static async Task Copy(string from, string to, Func<string, int> turn, CancellationToken stop)
    {
        if (!Directory.Exists(from))
            return;
        DurableFile.CreateFolder(to, DurableFile.AnybodyReadsFolder);
        foreach (var inTurn in new[] { 0, 1 })
            foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(DurableFile.TemporaryEnding, StringComparison.Ordinal) && turn(file) == inTurn))
                await CopyFile(file, Path.Combine(to, Path.GetRelativePath(from, file)), stop);
    }

    private static async Task CopyFile(string from, string to, CancellationToken stop)
    {
        DurableFile.CreateFolder(Path.GetDirectoryName(to)!, DurableFile.AnybodyReadsFolder);
        try
        {
            await using var reading = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await using var writing = DurableFile.Create(to, OperatingSystem.IsWindows() ? DurableFile.OwnerOnly : File.GetUnixFileMode(from));
            await reading.CopyToAsync(writing, stop);
            writing.Flush(flushToDisk: true);
        }
        catch (FileNotFoundException)
        {
            // Superseded since the folder was listed: a partial tile whose full one is copied next.
        }
    }
}
