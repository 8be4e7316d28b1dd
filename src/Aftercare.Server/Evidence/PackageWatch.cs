using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Aftercare.Evidence;
using Aftercare.Server.Platform;
using Aftercare.Server.Updates;
using Aftercare.Trust;
using Aftercare.Trust.Tuf;
using Aftercare.Updates;

namespace Aftercare.Server.Evidence;

/// <summary>Looks at packages the way a site does, and at the bytes that we would send it.</summary>
public sealed class PackageWatch(Packages packages, Installation installation, TimeProvider clock)
{
    /// <value>24 h; a file whose length or date has changed is hashed at once.</value>
    private static readonly TimeSpan HashGoodFor = TimeSpan.FromDays(1);

    private readonly TufStore _published = new(installation.Data.Repository);
    private readonly ConcurrentDictionary<string, (long Length, DateTime Written, DateTimeOffset At, string Sha256)> _hashed = new();

    /// <summary>Each package judged by a fresh client that begins with the first root: signatures, thresholds, expiry, length and digest.</summary>
    /// <returns>First, why the client refuses the metadata as a whole; null when it does not, or when there is no update to look for.</returns>
    public async Task<(string? Repository, ImmutableArray<SignedUpdate> Updates)> Verify(IReadOnlyCollection<Update> updates, CancellationToken stop)
    {
        if (updates.Count == 0)
            return (null, []);
        var folder = Directory.CreateTempSubdirectory("aftercare-verify-").FullName;
        try
        {
            var client = new TufClient(new TufClientOptions
            {
                MetadataFolder = folder,
                FetchMetadata = TufSources.Folder(_published.MetadataFolder),
                FetchTarget = TufSources.Folder(_published.TargetsFolder),
                AllowTestRoot = installation.Demo,
            });
            var refused = await Refused(async () =>
            {
                await client.InitAsync(await File.ReadAllBytesAsync(Path.Combine(_published.MetadataFolder, "1.root.json"), stop), stop);
                await client.RefreshAsync(clock.GetUtcNow(), stop);
            });
            var judged = ImmutableArray.CreateBuilder<SignedUpdate>(updates.Count);
            foreach (var update in updates)
            {
                var trust = ImmutableArray.CreateBuilder<PackageTrust>();
                foreach (var file in update.Files)
                    trust.Add(new PackageTrust(file.Path, refused ?? await Fault(client, file, stop)));
                judged.Add(new SignedUpdate(update, trust.ToImmutable()));
            }
            return (refused, judged.ToImmutable());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The bytes in the store, hashed anew unless that was done within the last day.</summary>
    public async Task<ImmutableArray<StoredPackage>> Rehash(Update update, CancellationToken stop)
    {
        var found = ImmutableArray.CreateBuilder<StoredPackage>();
        foreach (var file in update.Files)
        {
            var info = new FileInfo(packages.PathOf(file.Sha256));
            found.Add(info.Exists ? new StoredPackage(file.Path, info.Length, await Hash(info, stop)) : new StoredPackage(file.Path, null, null));
        }
        return found.ToImmutable();
    }

    private async Task<string> Hash(FileInfo file, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (_hashed.TryGetValue(file.FullName, out var known) && (known.Length, known.Written) == (file.Length, file.LastWriteTimeUtc) && now - known.At < HashGoodFor)
            return known.Sha256;
        await using var bytes = file.OpenRead();
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, stop));
        _hashed[file.FullName] = (file.Length, file.LastWriteTimeUtc, now, hash);
        return hash;
    }

    private static async Task<string?> Fault(TufClient client, PackageFile file, CancellationToken stop)
    {
        TargetInfo? target = null;
        if (await Refused(async () => target = await client.FindTargetAsync(file.Path, stop)) is { } refused)
            return refused;
        return target is null ? "The signed metadata does not name it."
            : target.Length != file.Length || target.Sha256 != file.Sha256 ? "The signed metadata names other bytes than the record."
            : null;
    }

    private static async Task<string?> Refused(Func<Task> look)
    {
        try
        {
            await look();
            return null;
        }
        catch (Exception fault) when (fault is UntrustedException or IOException)
        {
            return fault.Message;
        }
    }
}
