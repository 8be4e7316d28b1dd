namespace Aftercare.Trust.Tuf;

/// <summary>The client's trusted metadata on disk: one file a role, byte for byte as received, whole or absent after a crash.</summary>
internal sealed class MetadataFolder(string folder)
{
    private const int MostNameCharacters = 200;
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(50);

    internal bool Has(string role) => File.Exists(PathOf(role));

    internal byte[]? Read(string role, int mostBytes)
    {
        var file = new FileInfo(PathOf(role));
        return file.Exists && file.Length <= mostBytes ? File.ReadAllBytes(file.FullName) : null;
    }

    internal void Write(string role, ReadOnlyMemory<byte> bytes) => Durable.Replace(PathOf(role), bytes.Span);

    internal void Delete(string role)
    {
        File.Delete(PathOf(role));
        Durable.FlushFolderOf(PathOf(role));
    }

    /// <summary>One process at a time: two refreshes at once could leave metadata of different moments.</summary>
    internal async Task<IDisposable> Lock(TimeSpan wait, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, ".lock");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(wait);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
            {
                if (patience.IsCancellationRequested && !stop.IsCancellationRequested)
                    throw new IOException($"Another process has held {path} for {wait.TotalSeconds:0} s. Wait for it to end, then try again.", e);
                await Task.Delay(LockPoll, stop);
            }
        }
    }

    /// <summary>A role's name as part of a file name and of an address: nothing in it can lead anywhere.</summary>
    /// <exception cref="UnsafeNameException"/>
    internal static string Encoded(string role)
    {
        var name = Uri.EscapeDataString(role);
        return name.Length <= MostNameCharacters ? name : throw new UnsafeNameException("role", role, "it is too long");
    }

    private string PathOf(string role) => Path.Combine(folder, Encoded(role) + ".json");
}
