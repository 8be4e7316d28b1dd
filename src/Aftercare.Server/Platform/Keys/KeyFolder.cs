using System.Text;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Platform.Keys;

/// <summary>
/// Where the key-encryption keys lie: <c>kek-1a2b3c4d.key</c>, 32 raw bytes each, and <c>current</c>, which names the one in use. The
/// key is written before the name that points to it, so a crash between the two leaves an unused key and nothing worse.
/// </summary>
public sealed class KeyFolder(string path)
{
    private const string KeyEnding = ".key";
    private const string CurrentName = "current";
    private const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly string _path = Path.GetFullPath(path);

    public override string ToString() => _path;

    internal IReadOnlyDictionary<string, KeyEncryptionKey> ReadAll()
    {
        if (!Directory.Exists(_path))
            return new Dictionary<string, KeyEncryptionKey>();
        RefuseForeignWriters();
        return Directory.EnumerateFiles(_path, "kek-*" + KeyEnding)
            .Where(file => KeyEncryptionKey.IsId(Path.GetFileNameWithoutExtension(file)))
            .Select(Read)
            .ToDictionary(key => key.Id);
    }

    /// <summary>The id in <c>current</c>, or null where no key was ever put to use.</summary>
    internal string? ReadCurrentId()
    {
        var file = Path.Combine(_path, CurrentName);
        if (!File.Exists(file))
            return null;
        var id = File.ReadAllText(file, Encoding.ASCII).TrimEnd('\n');
        return KeyEncryptionKey.IsId(id) ? id : throw new KeyRingException($"{file} does not hold the id of a key (kek- and 8 hexadecimal digits).");
    }

    internal void Add(KeyEncryptionKey key)
    {
        DurableFile.CreateFolder(_path, DurableFile.OwnerOnlyFolder);
        RefuseForeignWriters();
        DurableFile.WriteAllBytesAtomically(FileOf(key.Id), key.Secret, DurableFile.OwnerOnly, overwrite: false);
    }

    internal void PutToUse(string id) =>
        DurableFile.WriteAllBytesAtomically(Path.Combine(_path, CurrentName), Encoding.ASCII.GetBytes(id + "\n"), DurableFile.OwnerOnly);

    internal void Remove(string id)
    {
        File.Delete(FileOf(id));
        DurableFile.SyncFolder(_path);
    }

    private string FileOf(string id) => Path.Combine(_path, id + KeyEnding);

    private static KeyEncryptionKey Read(string file)
    {
        // Mode and bytes come from one handle, so the file cannot be exchanged between the look and the read.
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & Others) != 0)
            throw new KeyRingException($"The key file {file} can be used by other accounts. Run: chmod 600 {file}");
        if (stream.Length != KeyEncryptionKey.Bytes)
            throw new KeyRingException($"The key file {file} has {stream.Length} bytes instead of {KeyEncryptionKey.Bytes}. Restore it from its backup.");

        Span<byte> bytes = stackalloc byte[KeyEncryptionKey.Bytes];
        stream.ReadExactly(bytes);
        var key = KeyEncryptionKey.From(bytes);
        bytes.Clear();
        return key.Id == Path.GetFileNameWithoutExtension(file)
            ? key
            : throw new KeyRingException($"The key file {file} holds another key ({key.Id}) or was damaged. Restore it from its backup.");
    }

    private void RefuseForeignWriters()
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(_path) & OthersWrite) != 0)
            throw new KeyRingException($"Other accounts may write to the key folder {_path}. Run: chmod 700 {_path}");
    }
}
