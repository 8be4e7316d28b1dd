using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Aftercare.Trust.Tuf;

/// <summary>
/// Decides what to trust, in the order of the TUF specification §5: bytes in; trusted, or an <see cref="UntrustedException"/>. No I/O.
/// <list type="bullet">
/// <item>One reference time is given at construction and used for every expiry.</item>
/// <item>Roots are taken one version at a time; nothing else may be loaded before the last, and no root after anything else.</item>
/// <item>An expired or outdated root, timestamp or snapshot may stand in between, since it still guards against rollback; it cannot be built
/// upon.</item>
/// <item>What is refused leaves the set as it was.</item>
/// </list>
/// </summary>
public sealed class TrustedMetadataSet
{
    private readonly DateTimeOffset _now;
    private readonly bool _allowTestRoot;

    /// <param name="root">Trusted from before: its own threshold of signatures is checked, its expiry is not yet.</param>
    public TrustedMetadataSet(ReadOnlyMemory<byte> root, DateTimeOffset now, bool allowTestRoot = false)
    {
        (_now, _allowTestRoot) = (now, allowTestRoot);
        Root = CheckedRoot(root);
    }

    public Metadata<Root> Root { get; private set; }

    public Metadata<Timestamp>? Timestamp { get; private set; }

    public Metadata<Snapshot>? Snapshot { get; private set; }

    public TrustedTargets? Targets { get; private set; }

    /// <summary>Whether the snapshot is the one that the timestamp lists and still valid; otherwise a newer one must be fetched.</summary>
    public bool SnapshotIsCurrent =>
        Snapshot is { } snapshot && Timestamp is { } timestamp
        && snapshot.Role.Version == timestamp.Role.Snapshot.Version
        && Difference(timestamp.Role.Snapshot, snapshot.Bytes.Span) is null
        && !snapshot.Role.IsExpired(_now);

    /// <summary>§5.3: exactly the next version, signed by the threshold of the present root's keys and of its own.</summary>
    public void UpdateRoot(ReadOnlyMemory<byte> bytes)
    {
        if (Timestamp is not null)
            throw new InvalidOperationException("The root comes first.");
        var next = CheckedRoot(bytes);
        var present = Root.Role;
        next.VerifySignedBy(present.Roles["root"], present.Keys, "root", $"root version {present.Version}");
        if (next.Role.Version != present.Version + 1)
            throw new WrongVersionException("root", next.Role.Version, present.Version + 1);
        Root = next;
    }

    /// <summary>§5.4.</summary>
    /// <param name="stored">True for a copy kept from before: it guards against rollback even when it has expired.</param>
    /// <returns>False when this version was known already, which changes nothing.</returns>
    public bool UpdateTimestamp(ReadOnlyMemory<byte> bytes, bool stored = false)
    {
        if (Snapshot is not null)
            throw new InvalidOperationException("The timestamp comes before the snapshot.");
        NotExpired(Root.Role, "root");
        var next = Metadata.ParseTimestamp(bytes);
        VerifyTopLevel(next, "timestamp");
        if (Timestamp is { Role: var known })
        {
            if (next.Role.Version < known.Version)
                throw new RollbackException("timestamp", next.Role.Version, known.Version);
            if (next.Role.Version > known.Version && next.Role.Snapshot.Version < known.Snapshot.Version)
                throw new RollbackException("snapshot (named by the timestamp)", next.Role.Snapshot.Version, known.Snapshot.Version);
        }
        // Of two with the same version the first is kept, so that it is its expiry that counts.
        var isNew = Timestamp?.Role.Version != next.Role.Version;
        if (!stored)
            NotExpired(isNew ? next.Role : Timestamp!.Role, "timestamp");
        Timestamp = isNew ? next : Timestamp;
        return isNew;
    }

    /// <summary>§5.5.</summary>
    /// <param name="stored">True for a copy kept from before: it guards against rollback even if it is not the one that the timestamp now
    /// lists.</param>
    public void UpdateSnapshot(ReadOnlyMemory<byte> bytes, bool stored = false)
    {
        var timestamp = Timestamp ?? throw new InvalidOperationException("The timestamp comes before the snapshot.");
        if (Targets is not null)
            throw new InvalidOperationException("The snapshot comes before the targets.");
        NotExpired(timestamp.Role, "timestamp");
        if (!stored)
            AsListed(timestamp.Role.Snapshot, bytes.Span, "snapshot");
        var next = Metadata.ParseSnapshot(bytes);
        VerifyTopLevel(next, "snapshot");
        if (!stored)
            HasVersion(next.Role, timestamp.Role.Snapshot.Version, "snapshot");
        if (Snapshot is { } known)
            NoFileFalls(known.Role.Meta, next.Role.Meta);
        Snapshot = next;
    }

    /// <summary>§5.6, for the top-level targets role.</summary>
    public void UpdateTargets(ReadOnlyMemory<byte> bytes)
    {
        var next = CheckedTargets(bytes, "targets");
        VerifyTopLevel(next, "targets");
        NotExpired(next.Role, "targets");
        Targets = new TrustedTargets("targets", next);
    }

    /// <summary>
    /// §5.6.7, for a role reached by delegation. It is verified with the keys of the parent by which it is reached now: that
    /// another parent's keys signed it says nothing here.
    /// </summary>
    public TrustedTargets UpdateDelegatedTargets(ReadOnlyMemory<byte> bytes, string role, TrustedTargets parent)
    {
        var delegations = parent.Role.Delegations;
        var delegation = delegations.Roles.FirstOrDefault(delegated => delegated.Name == role)
            ?? throw new MissingMetadataException(role, $"from the delegations of {parent.Name}");
        var next = CheckedTargets(bytes, role);
        next.VerifySignedBy(delegation, delegations.Keys, role, $"the delegation by {parent.Name}");
        NotExpired(next.Role, role);
        return parent.Took(new TrustedTargets(role, next));
    }

    /// <summary>What the snapshot lists for a role.</summary>
    /// <exception cref="MissingMetadataException"/>
    public MetaFile Listed(string role)
    {
        var snapshot = Snapshot ?? throw new InvalidOperationException("The snapshot comes before the targets.");
        return snapshot.Role.Meta.GetValueOrDefault(role + ".json") ?? throw new MissingMetadataException(role, "from the snapshot");
    }

    private Metadata<Root> CheckedRoot(ReadOnlyMemory<byte> bytes)
    {
        var root = Metadata.ParseRoot(bytes);
        root.VerifySignedBy(root.Role.Roles["root"], root.Role.Keys, "root", $"root version {root.Role.Version} itself");
        return root.Role.IsTest && !_allowTestRoot ? throw new TestRootException() : root;
    }

    private Metadata<Targets> CheckedTargets(ReadOnlyMemory<byte> bytes, string role)
    {
        var listed = Listed(role);
        NotExpired(Snapshot!.Role, "snapshot");
        HasVersion(Snapshot.Role, Timestamp!.Role.Snapshot.Version, "snapshot");
        AsListed(listed, bytes.Span, role);
        var next = Metadata.ParseTargets(bytes, role);
        HasVersion(next.Role, listed.Version, role);
        return next;
    }

    private void VerifyTopLevel<T>(Metadata<T> metadata, string role) where T : Role =>
        metadata.VerifySignedBy(Root.Role.Roles[role], Root.Role.Keys, role, $"root version {Root.Role.Version}");

    private void NotExpired(Role role, string name)
    {
        if (role.IsExpired(_now))
            throw new ExpiredMetadataException(name, role.Expires, _now);
    }

    private static void HasVersion(Role role, long expected, string name)
    {
        if (role.Version != expected)
            throw new WrongVersionException(name, role.Version, expected);
    }

    private static void NoFileFalls(FrozenDictionary<string, MetaFile> known, FrozenDictionary<string, MetaFile> next)
    {
        foreach (var (file, before) in known)
        {
            if (!next.TryGetValue(file, out var after))
                throw new MissingMetadataException(file, "from the new snapshot, though the last one listed it");
            if (after.Version < before.Version)
                throw new RollbackException($"{file} (named by the snapshot)", after.Version, before.Version);
        }
    }

    private static void AsListed(MetaFile listed, ReadOnlySpan<byte> bytes, string role)
    {
        if (Difference(listed, bytes) is { } difference)
            throw new MetadataMismatchException(role, difference);
    }

    private static string? Difference(MetaFile listed, ReadOnlySpan<byte> bytes)
    {
        if (listed.Length is { } length && length != bytes.Length)
            return $"it has {bytes.Length} bytes, not {length}";
        foreach (var hash in listed.Hashes)
        {
            var actual = hash.Algorithm switch { "sha256" => SHA256.HashData(bytes), "sha512" => SHA512.HashData(bytes), _ => null };
            if (actual is not null && !CryptographicOperations.FixedTimeEquals(Convert.FromHexString(hash.Hex), actual))
                return $"its {hash.Algorithm} differs";
        }
        return null;
    }
}

/// <summary>
/// A targets role that <see cref="TrustedMetadataSet"/> accepted. What it delegates to is remembered here, by the parent, and nowhere else.
/// </summary>
public sealed class TrustedTargets
{
    private readonly Dictionary<string, TrustedTargets> _reached = [];

    internal TrustedTargets(string name, Metadata<Targets> metadata) => (Name, Metadata) = (name, metadata);

    public string Name { get; }

    public Targets Role => Metadata.Role;

    internal Metadata<Targets> Metadata { get; }

    /// <summary>The delegated role, if it was accepted through this parent before.</summary>
    internal TrustedTargets? Reached(string role) => _reached.GetValueOrDefault(role);

    internal TrustedTargets Took(TrustedTargets child) => _reached[child.Name] = child;
}
