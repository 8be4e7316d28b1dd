using System.Globalization;

namespace Aftercare.Trust.Tuf;

/// <summary>
/// Fetches, keeps and asks <see cref="TrustedMetadataSet"/>. Usage: <see cref="InitAsync"/> once with a root that was obtained safely;
/// then <see cref="RefreshAsync"/>, <see cref="FindTargetAsync"/>, <see cref="DownloadAsync"/>. Not for several threads at once; several
/// processes may share a folder. Every method throws <see cref="UntrustedException"/> for what must not be trusted, and the source's own
/// exceptions or <see cref="IOException"/> for what could not be fetched or stored.
/// </summary>
public sealed class TufClient(TufClientOptions options)
{
    private readonly MetadataFolder _folder = new(options.MetadataFolder);
    private readonly TufLimits _limits = options.Limits;
    private TrustedMetadataSet? _trusted;

    /// <summary>The root that is trusted now, after <see cref="RefreshAsync"/>.</summary>
    public Root Root => Trusted.Root.Role;

    /// <summary>The targets role at the top, after <see cref="RefreshAsync"/>: which lines there are, and files like <c>keys.json</c>.</summary>
    public Targets Targets => Trusted.Targets!.Role;

    private TrustedMetadataSet Trusted => _trusted is { Targets: not null } ready
        ? ready
        : throw new InvalidOperationException("Nothing is trusted before RefreshAsync has succeeded.");

    /// <summary>
    /// Trusts a first root. It must be signed by its own threshold; it may be expired, as newer ones are fetched at refresh. Fetches nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">The folder trusts another root already.</exception>
    public async Task InitAsync(ReadOnlyMemory<byte> root, CancellationToken stop = default)
    {
        if (root.Length > _limits.RootBytes)
            throw new LimitExceededException("The first root", _limits.RootBytes, "bytes");
        _ = new TrustedMetadataSet(root, DateTimeOffset.MinValue, options.AllowTestRoot);
        using var held = await _folder.Lock(_limits.LockWait, stop);
        if (_folder.Has("root") && !root.Span.SequenceEqual(_folder.Read("root", _limits.RootBytes)))
            throw new InvalidOperationException(
                $"{options.MetadataFolder} trusts another root already. To start over, remove the folder; what it knows against rollback is then "
                    + "lost.");
        _folder.Write("root", root);
    }

    /// <summary>§5.3 to §5.6: newest root, timestamp, snapshot and top-level targets, each stored as soon as it is trusted.</summary>
    /// <param name="now">The one instant against which every expiry is judged.</param>
    public async Task RefreshAsync(DateTimeOffset now, CancellationToken stop = default)
    {
        using var held = await _folder.Lock(_limits.LockWait, stop);
        var first = _folder.Read("root", _limits.RootBytes)
            ?? throw new InvalidOperationException($"{options.MetadataFolder} trusts no root yet. Start with the root that came with the product.");
        _trusted = null;
        var trusted = new TrustedMetadataSet(first, now, options.AllowTestRoot);
        await UpdateRoot(trusted, stop);
        await UpdateTimestamp(trusted, stop);
        await UpdateSnapshot(trusted, stop);
        await UpdateTargets(trusted, stop);
        _trusted = trusted;
    }

    /// <summary>§5.6.7: asks the targets role, then its delegations in order of trust, depth first.</summary>
    /// <returns>Null when no role that may name the path does.</returns>
    public async Task<TargetInfo?> FindTargetAsync(string path, CancellationToken stop = default)
    {
        using var held = await _folder.Lock(_limits.LockWait, stop);
        var waiting = new Stack<(TrustedTargets? Parent, string Role)>([(null, "targets")]);
        var visited = new HashSet<string>();
        while (waiting.TryPop(out var next))
        {
            if (!visited.Add(next.Role))
                continue;
            if (visited.Count > _limits.Delegations + 1)
                throw new LimitExceededException($"The search for {path}", _limits.Delegations, "delegated roles");
            var role = next.Parent is null ? Trusted.Targets! : await Delegated(next.Role, next.Parent, stop);
            if (role.Role.Files.TryGetValue(path, out var target))
                return target;
            Follow(role, path, waiting);
        }
        return null;
    }

    /// <summary>
    /// What a product line offers, for choosing; only paths that the line may name. What is chosen goes through <see cref="FindTargetAsync"/>.
    /// </summary>
    /// <returns>Empty when the top-level targets role delegates to no such line.</returns>
    public async Task<IReadOnlyList<TargetInfo>> ListAsync(string line, CancellationToken stop = default)
    {
        using var held = await _folder.Lock(_limits.LockWait, stop);
        var top = Trusted.Targets!;
        if (top.Role.Delegations.Roles.FirstOrDefault(role => role.Name == line) is not { } delegation)
            return [];
        var files = (await Delegated(line, top, stop)).Role.Files.Values;
        return [.. files.Where(file => delegation.Covers(file.Path)).OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Fetches a target into <c>folder/path</c>, checking while it streams; an unfinished fetch is gone on with where the source allows it.
    /// A file that is there already and has the signed bytes is answered without asking the source.
    /// </summary>
    /// <param name="progress">Bytes that are there so far.</param>
    /// <exception cref="IOException">The source ended early; what came is kept for the next try.</exception>
    public async Task<VerifiedTarget> DownloadAsync(
        TargetInfo target, string folder, IProgress<long>? progress = null, CancellationToken stop = default)
    {
        var path = Trusted.Root.Role.ConsistentSnapshot ? target.HashedPath : target.Path;
        var download = new TargetDownload(target, folder, _limits.TargetStall, progress);
        return await download.Run((offset, given) => options.FetchTarget(TargetPath.Encoded(path), offset, given), stop);
    }

    private async Task UpdateRoot(TrustedMetadataSet trusted, CancellationToken stop)
    {
        for (var taken = 0; ; taken++)
        {
            var before = trusted.Root.Role;
            if (await Fetch(Versioned(before.Version + 1, "root"), "root", _limits.RootBytes, stop) is not { } bytes)
                return;
            if (taken == _limits.RootRotations)
                throw new LimitExceededException("The chain of new roots", _limits.RootRotations, "versions in one refresh");
            trusted.UpdateRoot(bytes);
            // Fast-forward recovery (§5.3.11), before the root is stored: a crash in between must not keep the old versions alive.
            if (Rotated(before, trusted.Root.Role, "timestamp") || Rotated(before, trusted.Root.Role, "snapshot"))
            {
                _folder.Delete("timestamp");
                _folder.Delete("snapshot");
            }
            _folder.Write("root", bytes);
        }
    }

    private async Task UpdateTimestamp(TrustedMetadataSet trusted, CancellationToken stop)
    {
        Stored("timestamp", _limits.TimestampBytes, bytes => trusted.UpdateTimestamp(bytes, stored: true));
        var bytes = await Fetch("timestamp.json", "timestamp", _limits.TimestampBytes, stop)
            ?? throw new MissingMetadataException("timestamp", "from the repository");
        if (trusted.UpdateTimestamp(bytes))
            _folder.Write("timestamp", bytes);
    }

    private async Task UpdateSnapshot(TrustedMetadataSet trusted, CancellationToken stop)
    {
        Stored("snapshot", _limits.SnapshotBytes, bytes => trusted.UpdateSnapshot(bytes, stored: true));
        if (trusted.SnapshotIsCurrent)
            return;
        var bytes = await FetchListed(trusted, trusted.Timestamp!.Role.Snapshot, "snapshot", _limits.SnapshotBytes, stop);
        trusted.UpdateSnapshot(bytes);
        _folder.Write("snapshot", bytes);
    }

    private async Task UpdateTargets(TrustedMetadataSet trusted, CancellationToken stop)
    {
        if (Stored("targets", _limits.TargetsBytes, bytes => trusted.UpdateTargets(bytes)))
            return;
        var bytes = await FetchListed(trusted, trusted.Listed("targets"), "targets", _limits.TargetsBytes, stop);
        trusted.UpdateTargets(bytes);
        _folder.Write("targets", bytes);
    }

    private async Task<TrustedTargets> Delegated(string role, TrustedTargets parent, CancellationToken stop)
    {
        if (parent.Reached(role) is { } known)
            return known;
        if (Stored(role, _limits.TargetsBytes, bytes => Trusted.UpdateDelegatedTargets(bytes, role, parent)))
            return parent.Reached(role)!;
        var bytes = await FetchListed(Trusted, Trusted.Listed(role), role, _limits.TargetsBytes, stop);
        var trusted = Trusted.UpdateDelegatedTargets(bytes, role, parent);
        _folder.Write(role, bytes);
        return trusted;
    }

    private static void Follow(TrustedTargets role, string path, Stack<(TrustedTargets? Parent, string Role)> waiting)
    {
        var covering = role.Role.Delegations.Roles.Where(delegated => delegated.Covers(path)).ToList();
        var last = covering.FindIndex(delegated => delegated.Terminating);
        if (last >= 0)
        {
            covering.RemoveRange(last + 1, covering.Count - last - 1);
            waiting.Clear();
        }
        foreach (var delegated in Enumerable.Reverse(covering))
            waiting.Push((role, delegated.Name));
    }

    // A stored copy that is no longer good is not an attack: it is what an update is for.
    private bool Stored(string role, int mostBytes, Action<byte[]> take)
    {
        try
        {
            if (_folder.Read(role, mostBytes) is not { } bytes)
                return false;
            take(bytes);
            return true;
        }
        catch (UntrustedException)
        {
            return false;
        }
    }

    private async Task<byte[]> FetchListed(TrustedMetadataSet trusted, MetaFile listed, string role, int mostBytes, CancellationToken stop)
    {
        var name = MetadataFolder.Encoded(role);
        var path = trusted.Root.Role.ConsistentSnapshot ? Versioned(listed.Version, name) : name + ".json";
        if (listed.Length > mostBytes)
            throw new LimitExceededException($"The listed length of the {role} metadata", mostBytes, "bytes");
        return await Fetch(path, role, mostBytes, stop, listed.Length)
            ?? throw new MissingMetadataException(role, "from the repository, though it is listed");
    }

    private async Task<byte[]?> Fetch(string path, string role, int mostBytes, CancellationToken stop, long? listed = null)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stop);
        time.CancelAfter(_limits.MetadataTime);
        try
        {
            if (await options.FetchMetadata(path, 0, time.Token) is not { } fetched)
                return null;
            await using var content = fetched.Content;
            return await ReadCapped(content, role, mostBytes, listed, time.Token);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new IOException($"{path} did not arrive within {_limits.MetadataTime.TotalSeconds:0} s. The source is slow or stalls; try "
                + "another.", e);
        }
    }

    private static async Task<byte[]> ReadCapped(Stream content, string role, int mostBytes, long? listed, CancellationToken stop)
    {
        using var all = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await content.ReadAsync(buffer, stop) is > 0 and var count)
        {
            if (all.Length + count > listed)
                throw new MetadataMismatchException(role, $"it has more than the listed {listed} bytes");
            if (all.Length + count > mostBytes)
                throw new LimitExceededException($"The {role} metadata", mostBytes, "bytes");
            all.Write(buffer, 0, count);
        }
        return all.ToArray();
    }

    private static bool Rotated(Root before, Root after, string role) =>
        !before.KeysOf(role).Select(key => key.Identity).ToHashSet().SetEquals(after.KeysOf(role).Select(key => key.Identity));

    private static string Versioned(long version, string name) => string.Create(CultureInfo.InvariantCulture, $"{version}.{name}.json");
}
