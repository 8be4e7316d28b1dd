using Aftercare.Trust.Keys;

namespace Aftercare.Server.Trust;

/// <summary>
/// The keys that the server itself signs with, made on first start, each in a file that only the server may read. They vouch for freshness and for statements;
/// what may be installed is signed by people, whose keys never come here.
/// </summary>
public sealed class OnlineKeys : IDisposable
{
    private OnlineKeys(FileKey snapshot, FileKey timestamp, FileKey statements) => (Snapshot, Timestamp, Statements) = (snapshot, timestamp, statements);

    public FileKey Snapshot { get; }

    public FileKey Timestamp { get; }

    /// <summary>Signs what the server states outside the repository, e.g. an urgent withdrawal.</summary>
    public FileKey Statements { get; }

    /// <param name="test">Brands new keys as TEST, and with them every root that names them.</param>
    /// <exception cref="CannotStartException">A key file is damaged, or others can read it.</exception>
    public static OnlineKeys OpenOrCreate(string folder, bool test)
    {
        try
        {
            return new OnlineKeys(One(folder, "snapshot", test), One(folder, "timestamp", test), One(folder, "statements", test));
        }
        catch (KeyFileException fault)
        {
            throw new CannotStartException(fault.Message);
        }
    }

    public void Dispose()
    {
        Snapshot.Dispose();
        Timestamp.Dispose();
        Statements.Dispose();
    }

    private static FileKey One(string folder, string name, bool test)
    {
        var path = Path.Combine(folder, name + ".key");
        if (File.Exists(path))
            return FileKey.OpenUnprotected(path);
        var key = FileKey.Create(KeyAlgorithm.EcdsaP256, $"server ({name})", test);
        key.SaveUnprotected(path);
        return key;
    }
}
