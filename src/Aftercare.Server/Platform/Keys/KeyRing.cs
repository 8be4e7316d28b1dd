using System.Security.Cryptography;

namespace Aftercare.Server.Platform.Keys;

/// <summary>
/// The key-encryption keys of this installation, kept in a folder outside the database: the current one wraps, older ones still unwrap.
/// Whoever has only the database, or only a blob, reads nothing. Safe for many threads.
/// </summary>
/// <remarks>
/// A <c>context</c> names the one thing that is sealed, e.g. <c>person/0199…/contact</c> (1 to 256 characters, not secret). Bytes sealed for
/// one context do not open for another, so a row cannot be given another row's secret.
/// Rotation: <see cref="Rotate"/>; rewrap all that does not name <see cref="CurrentId"/>; <see cref="Retire"/> the old key.
/// </remarks>
public sealed class KeyRing
{
    private readonly KeyFolder _folder;
    private readonly Lock _changing = new();
    private volatile Loaded _keys;

    private KeyRing(KeyFolder folder, Loaded keys) => (_folder, _keys) = (folder, keys);

    /// <summary>Which key wraps what is sealed from now on.</summary>
    public string CurrentId => _keys.Current.Id;

    /// <summary>All keys that unwrap, the current one among them, in order of id.</summary>
    public IReadOnlyList<string> Ids => [.. _keys.ById.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Opens the ring of an installation that has data already.</summary>
    /// <exception cref="KeyRingException">No key there, or a file that other accounts can read, or a damaged one.</exception>
    public static KeyRing OpenExisting(string folder)
    {
        var keys = new KeyFolder(folder);
        return new KeyRing(keys, Load(keys) ?? throw new KeyRingException(
            $"There is no key-encryption key in {keys}. Without the keys it was made with, sealed data cannot be read: restore the folder from its backup."));
    }

    /// <summary>
    /// Opens the ring, and makes folder (0700) and first key (0600) where there is none. Only for an installation without data: one that
    /// lost its keys must not quietly get new ones, so the caller chooses by whether the database was empty.
    /// </summary>
    /// <exception cref="KeyRingException">A file that other accounts can read, or a damaged one.</exception>
    public static KeyRing OpenOrCreate(string folder)
    {
        var keys = new KeyFolder(folder);
        return new KeyRing(keys, Load(keys) ?? StartUsing(keys, KeyEncryptionKey.Generate()));
    }

    /// <summary>Wraps a data key (32 bytes) under the current key.</summary>
    public WrappedKey Wrap(string context, ReadOnlySpan<byte> dataKey) => _keys.Current.Wrap(context, dataKey);

    /// <returns>The data key, 32 bytes; the caller zeroes it after use.</returns>
    /// <exception cref="SealBrokenException">Another context, altered, or wrapped under a key that is not in the folder.</exception>
    public byte[] Unwrap(string context, WrappedKey wrapped) => Find(wrapped.KekId, context).Unwrap(context, wrapped);

    /// <summary>The same data key under the current key; itself when it is there already.</summary>
    /// <exception cref="SealBrokenException">It does not unwrap; see <see cref="Unwrap"/>.</exception>
    public WrappedKey Rewrap(string context, WrappedKey wrapped)
    {
        if (wrapped.KekId == CurrentId)
            return wrapped;
        var dataKey = Unwrap(context, wrapped);
        try
        {
            return Wrap(context, dataKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    /// <summary>Seals a small secret (contact data, an authenticator's secret) under a data key of its own: 93 bytes longer than the plain one.</summary>
    /// <param name="context">See the remarks on this class.</param>
    /// <param name="plain">At most 1 MiB; larger things are blobs.</param>
    public byte[] Seal(string context, ReadOnlySpan<byte> plain) => SealedValue.Seal(_keys.Current, context, plain).ToBytes();

    /// <summary>Opens what <see cref="Seal"/> gave.</summary>
    /// <exception cref="SealBrokenException">Altered, cut, another context, or sealed under a key that is not in the folder.</exception>
    public byte[] Open(string context, ReadOnlySpan<byte> sealedBytes)
    {
        var value = SealedValue.FromBytes(sealedBytes);
        var dataKey = Unwrap(context, value.Key);
        try
        {
            return value.Open(context, dataKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    /// <summary>Rewraps the data key inside a sealed value; the secret itself is not decrypted. The same bytes when it is under the current key already.</summary>
    /// <exception cref="SealBrokenException">Its key does not unwrap; see <see cref="Unwrap"/>.</exception>
    public byte[] Reseal(string context, ReadOnlySpan<byte> sealedBytes)
    {
        var value = SealedValue.FromBytes(sealedBytes);
        return (value with { Key = Rewrap(context, value.Key) }).ToBytes();
    }

    /// <summary>Which key a sealed value needs, so that rotation can find the old ones and prove that none is left.</summary>
    /// <exception cref="SealBrokenException">Not a sealed value.</exception>
    public static string KekIdOf(ReadOnlySpan<byte> sealedBytes) => SealedValue.FromBytes(sealedBytes).Key.KekId;

    /// <summary>Makes a new key and puts it to use; the older ones still unwrap. Back the folder up before anything is sealed under it.</summary>
    /// <returns>The new key's id.</returns>
    public string Rotate()
    {
        lock (_changing)
        {
            _keys = StartUsing(_folder, KeyEncryptionKey.Generate());
            return CurrentId;
        }
    }

    /// <summary>Destroys an older key's file. Whatever is still wrapped under it can never be read again, so rewrap first.</summary>
    /// <exception cref="KeyRingException">The current key, or one that is not here.</exception>
    public void Retire(string kekId)
    {
        lock (_changing)
        {
            if (kekId == CurrentId)
                throw new KeyRingException($"{kekId} is the current key. Rotate and rewrap before retiring it.");
            if (!_keys.ById.ContainsKey(kekId))
                throw new KeyRingException($"There is no key {kekId} in {_folder}.");
            _folder.Remove(kekId);
            _keys = Load(_folder)!;
        }
    }

    private KeyEncryptionKey Find(string kekId, string context)
    {
        if (_keys.ById.TryGetValue(kekId, out var known))
            return known;
        lock (_changing)
        {
            // Another node may have rotated since this one looked.
            _keys = Load(_folder) ?? _keys;
            return _keys.ById.GetValueOrDefault(kekId) ?? throw new SealBrokenException(
                $"The key of '{context}' is wrapped under {kekId}, which is not in {_folder}.");
        }
    }

    private static Loaded StartUsing(KeyFolder folder, KeyEncryptionKey key)
    {
        folder.Add(key);
        folder.PutToUse(key.Id);
        return Load(folder)!;
    }

    private static Loaded? Load(KeyFolder folder)
    {
        var keys = folder.ReadAll();
        var id = folder.ReadCurrentId();
        return (keys.Count, id) switch
        {
            (0, null) => null,
            // The very first key was written, and the power went before it was put to use.
            (1, null) => new Loaded(keys.Values.Single(), keys),
            (_, null) => throw new KeyRingException($"{folder} holds {keys.Count} keys, and no file 'current' says which is in use. Restore it from its backup."),
            _ when keys.TryGetValue(id, out var current) => new Loaded(current, keys),
            _ => throw new KeyRingException($"{folder} says that {id} is in use, but {id}.key is missing. Restore it from its backup."),
        };
    }

    private sealed record Loaded(KeyEncryptionKey Current, IReadOnlyDictionary<string, KeyEncryptionKey> ById);
}
