using System.Globalization;
using System.Security.Cryptography;

namespace Aftercare.Server.Platform.Storage;

/// <summary>
/// The SHA-256 of every file of a backup, a line each, as <c>sha256sum</c> writes them: it can be checked on any machine, without this program.
/// </summary>
internal sealed class FileSums : IAsyncDisposable
{
    internal const string Name = "SHA256SUMS";
    private const int BufferBytes = 256 * 1024;
    private const int MostNamed = 10;

    private readonly string _root;
    private readonly StreamWriter _lines;

    /// <param name="root">The folder of the backup; it exists.</param>
    internal FileSums(string root)
    {
        _root = root;
        _lines = new StreamWriter(DurableFile.Create(Unfinished, DurableFile.OwnerOnly), bufferSize: BufferBytes) { NewLine = "\n" };
    }

    private string Unfinished => Path.Combine(_root, Name + DurableFile.TemporaryEnding);

    /// <summary>Copies to the end, in flat memory.</summary>
    /// <returns>The SHA-256 of what was copied.</returns>
    internal static async Task<byte[]> Copy(Stream from, Stream to, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        // A table comes row by row; only full buffers are worth a write.
        while (await from.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
            await to.WriteAsync(buffer.AsMemory(0, read), stop);
        }
        return hash.GetHashAndReset();
    }

    internal void Add(string file, byte[] sha256)
    {
        var name = Path.GetRelativePath(_root, file).Replace(Path.DirectorySeparatorChar, '/');
        if (name.Contains('\n', StringComparison.Ordinal))
            throw new InvalidDataException($"The file {name} has a line break in its name. Nothing of ours has: move it away.");
        _lines.WriteLine($"{Convert.ToHexStringLower(sha256)}  {name}");
    }

    /// <summary>Durable when it returns.</summary>
    /// <returns>The SHA-256 of the list itself, in hex.</returns>
    internal async Task<string> Finish(CancellationToken stop)
    {
        await _lines.FlushAsync(stop);
        ((FileStream)_lines.BaseStream).Flush(flushToDisk: true);
        await _lines.DisposeAsync();
        File.Move(Unfinished, Path.Combine(_root, Name));
        DurableFile.SyncFolder(_root);
        return Convert.ToHexStringLower(await Of(Path.Combine(_root, Name), stop));
    }

    /// <exception cref="InvalidDataException">Files are missing or changed; the message names them.</exception>
    internal static async Task Check(string root, string sumOfList, CancellationToken stop)
    {
        var list = Path.Combine(root, Name);
        var damaged = new List<string>();
        if (!await Holds(list, sumOfList, stop))
            damaged.Add(Name);
        else
            await foreach (var line in File.ReadLinesAsync(list, stop))
                if (line.Split("  ", 2) is not [var sum, var name] || !await Holds(Path.Combine(root, name), sum, stop))
                    damaged.Add(line.Split("  ", 2)[^1]);
        if (damaged.Count > 0)
            throw new InvalidDataException($"The backup in {root} is damaged. Missing, or not as written: {Names(damaged)}. Nothing was restored; take another copy of it, or an older backup.");
    }

    private static string Names(List<string> damaged) => string.Join(", ", damaged.Take(MostNamed))
        + (damaged.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {damaged.Count - MostNamed} more") : "");

    public ValueTask DisposeAsync() => _lines.DisposeAsync();

    private static async Task<bool> Holds(string file, string sum, CancellationToken stop) =>
        File.Exists(file) && string.Equals(Convert.ToHexStringLower(await Of(file, stop)), sum, StringComparison.Ordinal);

    internal static async Task<byte[]> Of(string file, CancellationToken stop)
    {
        await using var reading = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return await SHA256.HashDataAsync(reading, stop);
    }
}
