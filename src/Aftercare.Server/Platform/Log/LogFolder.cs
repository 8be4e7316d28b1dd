using System.Globalization;
using System.Text;
using Aftercare.Server.Platform.Storage;
using Aftercare.Trust.Log;

namespace Aftercare.Server.Platform.Log;

/// <summary>
/// What the world may read of the log (C2SP tlog-tiles): tiles, then the checkpoint that needs them. A generation that was begun after a declared gap has a
/// folder of its own below the first one's, named by its number; the old one stays as it was.
/// </summary>
public sealed class LogFolder(string root, LogKey key)
{
    /// <summary>The log's name, as every checkpoint of this generation says it.</summary>
    public string Origin(int generation) => generation == 1 ? $"{key.Name}/log" : string.Create(CultureInfo.InvariantCulture, $"{key.Name}/log/{generation}");

    public NoteKey Key(int generation) => key.Key(Origin(generation));

    public NoteSigner Signer(int generation) => key.Signer(Origin(generation));

    /// <summary>The newest checkpoint that this folder shows; null when nothing was published yet.</summary>
    /// <exception cref="UntrustedLogException">It is not of this log's key: the folder or the keys are another installation's.</exception>
    public (int Generation, VerifiedCheckpoint Checkpoint)? Published()
    {
        var generation = 1;
        while (File.Exists(CheckpointPath(generation + 1)))
            generation++;
        return File.Exists(CheckpointPath(generation))
            ? (generation, VerifiedCheckpoint.Open(File.ReadAllBytes(CheckpointPath(generation)), Key(generation)))
            : null;
    }

    public byte[]? Read(int generation, Tile tile) => File.Exists(PathOf(generation, tile)) ? File.ReadAllBytes(PathOf(generation, tile)) : null;

    /// <summary>Writes the tiles and, last, the checkpoint. Each file appears whole or not at all.</summary>
    public void Publish(int generation, IEnumerable<TileFile> files, string checkpoint)
    {
        var full = new List<string>();
        foreach (var file in files)
        {
            Write(PathOf(generation, file.Tile), file.Bytes.Span);
            if (!file.Tile.IsPartial)
                full.Add(PathOf(generation, file.Tile) + ".p");
        }
        Write(CheckpointPath(generation), Encoding.UTF8.GetBytes(checkpoint));
        // Partial tiles are superseded by the full one (C2SP tlog-tiles, "Partial Tiles"); without this there would be one file for every entry.
        foreach (var superseded in full.Where(Directory.Exists))
            Directory.Delete(superseded, recursive: true);
    }

    private string CheckpointPath(int generation) => Path.Combine(FolderOf(generation), "checkpoint");

    private string PathOf(int generation, Tile tile) => Path.Combine(FolderOf(generation), tile.Path);

    private string FolderOf(int generation) => generation == 1 ? root : Path.Combine(root, generation.ToString(CultureInfo.InvariantCulture));

    private static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        // The same again after a restart: the file keeps its date, so that caches stay valid.
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
            return;
        DurableFile.CreateFolder(Path.GetDirectoryName(path)!, DurableFile.AnybodyReadsFolder);
        DurableFile.WriteAllBytesAtomically(path, bytes, DurableFile.AnybodyReads);
    }
}
