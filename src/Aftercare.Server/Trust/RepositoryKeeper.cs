using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Log;
using Aftercare.Server.Platform.Storage;
using Aftercare.Trust;
using Aftercare.Trust.Tuf;
using Aftercare.Updates;

namespace Aftercare.Server.Trust;

/// <summary>
/// Keeps the update repository's folder. Version numbers are recorded in the ledger before the files appear; so a folder that is ahead of the ledger means
/// that an older database was restored, and nothing is signed until somebody has decided what to do.
/// </summary>
public sealed class RepositoryKeeper(Stores stores, OnlineKeys keys, LogFolder log, string folder, bool demo, TimeProvider clock) : IDisposable
{
    /// <value>365 days until people have to sign a line, or the list of lines, anew.</value>
    private static readonly TimeSpan OfflineLifetime = TimeSpan.FromDays(365);

    private const string KeysTarget = "keys.json";
    private const string Page = "/desk/trust";
    private readonly TufStore _files = new(folder);
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Runs work that reads the repository, decides and changes it, with nobody else in between.</summary>
    public async Task<Outcome<T>> Alone<T>(Func<Task<Outcome<T>>> work, CancellationToken stop) where T : notnull
    {
        await _gate.WaitAsync(stop);
        try
        {
            return await work();
        }
        catch (TufPlanException fault)
        {
            return Refusal.State("repository.plan", fault.Message);
        }
        catch (UntrustedException fault)
        {
            return Refusal.State("repository.damaged", $"The repository's folder holds what nobody signed: {fault.Message}");
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>What is published now, for reading; null before the first root.</summary>
    public Task<Outcome<Repositories>> Look(CancellationToken stop) => Alone(() => Task.FromResult<Outcome<Repositories>>(new Repositories(_files.Load())), stop);

    /// <summary>What is published now, for changing. Call it, and what follows, within <see cref="Alone{T}"/>.</summary>
    public async Task<Outcome<TufRepository>> Current(CancellationToken stop)
    {
        if (_files.Load() is not { } published)
            return Refusal.State("repository.no-root", "There is no root of trust yet. Three people make their keys and two sign the first root with the aftercare command.") with { ClearAt = Page };
        return Ahead(published, await Recorded(stop)) is { } restored ? restored : published;
    }

    /// <summary>Takes a root that its people have signed. It is not trusted before somebody publishes it.</summary>
    public Task<Outcome<Done>> ProposeRoot(Store store, RoleDraft draft, CancellationToken stop) => Alone<Done>(async () =>
    {
        var root = Metadata.ParseRoot(draft.ToMetadata()).Role;
        if (root.IsTest != demo)
            return Refusal.State("repository.test-root", demo ? "A demonstration takes TEST roots only." : "This root is branded TEST. A server in production refuses it.");
        if (root.IsExpired(store.Now.Utc))
            return Refusal.State("repository.expired", "This root has expired. Draft it anew.");
        if (!root.Roles["snapshot"].KeyIds.Contains(keys.Snapshot.PublicKey.KeyId) || !root.Roles["timestamp"].KeyIds.Contains(keys.Timestamp.PublicKey.KeyId))
            return Refusal.State("repository.other-keys", "This root names other online keys than this server's. Draft it anew with 'aftercare root init'.");
        var recorded = await store.Find<Repository>(Repository.TheOne, stop);
        var blob = await store.SaveBlob(new MemoryStream(draft.ToBytes()), SubmitRoot.MaxDraft, stop);
        var kept = await store.KeepBlob(Repository.TheOne, blob, $"root-{draft.Version}.json", "application/json", stop);
        if (Repository.ProposeRoot(recorded, (int)draft.Version, DigestOf(draft), kept, store.Actor).Refused(out var why, out var proposed))
            return why;
        return await store.Record(new Done(Page, Repository.TheOne), stop, recorded is null ? Change.Begin(Repository.TheOne, proposed) : Change.To(recorded, proposed));
    }, stop);

    /// <summary>Publishes the root that was proposed. Doing it again completes what a crash cut off.</summary>
    public Task<Outcome<Done>> PublishRoot(Store store, int seen, CancellationToken stop) => Alone<Done>(async () =>
    {
        if ((await store.Find<Repository>(Repository.TheOne, seen, stop)).Refused(out var why, out var recorded))
            return why;
        var draft = await ProposedRoot(store, recorded, stop);
        var published = _files.Load();
        if (published is not null && Ahead(published, recorded) is { } restored)
            return restored;
        var publication = published is null
            ? TufRepository.Start(draft)
            : published.Root.Role.Version < draft.Version ? published.Publish([draft], keys.Snapshot, keys.Timestamp, store.Now.Utc) : null;
        if (recorded.Root < draft.Version || publication is null)
        {
            if (recorded.PublishRoot(store.Actor).Refused(out why, out var happened))
                return why;
            if ((await store.Record(new Done(Page, Repository.TheOne), stop, Change.To(recorded, happened))).Refused(out why, out _))
                return why;
        }
        _files.Publish(publication!);
        return new Done(Page, Repository.TheOne);
    }, stop);

    /// <summary>The root that came in last.</summary>
    public static async Task<RoleDraft> ProposedRoot(Store store, Repository repository, CancellationToken stop)
    {
        var blob = (await store.BlobsOf(Repository.TheOne, stop)).Single(blob => blob.Id == repository.Proposal!.Draft.Id);
        await using var bytes = store.Open(blob) ?? throw new InvalidDataException("The proposed root was erased.");
        var copy = new MemoryStream();
        await bytes.CopyToAsync(copy, stop);
        return RoleDraft.Parse(copy.ToArray());
    }

    /// <summary>What people sign to release these files: the line, and before it the list of lines where that changes.</summary>
    /// <param name="withdraw">Paths of earlier updates that are no longer offered; those that are gone already are left out.</param>
    public async Task<Outcome<ImmutableArray<RoleDraft>>> Draft(string line, ImmutableArray<TargetFile> add, IReadOnlyCollection<string> withdraw, CancellationToken stop)
    {
        if ((await Current(stop)).Refused(out var why, out var published))
            return why;
        var expires = clock.GetUtcNow() + OfflineLifetime;
        var offered = published.Lines.GetValueOrDefault(line)?.Role.Files.Keys ?? [];
        var plan = new LinePlan(line, add, [.. offered.Intersect(withdraw)], expires);
        var keysFile = await _files.AddTargetAsync(KeysTarget, new MemoryStream(KeysJson()), stop: stop);
        if (published.Lines.ContainsKey(line) && published.Targets!.Role.Files.GetValueOrDefault(KeysTarget)?.Sha256 == keysFile.Sha256)
            return ImmutableArray.Create(published.DraftLine(plan));
        var targets = published.DraftTargets(new TargetsPlan([.. published.Lines.Keys.Append(line).Distinct()], [keysFile], expires));
        return ImmutableArray.Create(targets, published.DraftLine(plan, targets));
    }

    /// <summary>Whether the folder offers exactly this already.</summary>
    public static bool Offers(TufRepository published, RoleDraft draft) =>
        (draft.Role == "targets" ? published.Targets : published.Lines.GetValueOrDefault(draft.Role))?.SignedBytes.Span.SequenceEqual(draft.SignedBytes.Span) == true;

    /// <summary>Publishes what its people have signed, with a new snapshot and timestamp. What is published already is left as it is, so that a crash is mended by trying again.</summary>
    /// <returns>The version of the snapshot that carries it.</returns>
    public async Task<Outcome<int>> Publish(ImmutableArray<RoleDraft> drafts, CancellationToken stop)
    {
        if ((await Current(stop)).Refused(out var why, out var published))
            return why;
        if (drafts.All(draft => Offers(published, draft)))
            return (int)published.Snapshot!.Role.Version;
        var publication = published.Publish(drafts, keys.Snapshot, keys.Timestamp, clock.GetUtcNow());
        var (snapshot, timestamp) = Versions(publication.Repository);
        await Take(new RepositoryEvent.TargetsPublished([.. drafts.Select(ToSign)], snapshot, timestamp), stop);
        _files.Publish(publication);
        return snapshot;
    }

    /// <summary>Signs the online roles anew when half of their time is over.</summary>
    /// <returns>False when nothing was due.</returns>
    public Task<Outcome<Resigning>> ResignIfDue(CancellationToken stop) => Alone<Resigning>(async () =>
    {
        if (_files.Load() is null)
            return Resigning.NotDue;
        if ((await Current(stop)).Refused(out var why, out var published))
            return why;
        if (published.ResignIfDue(keys.Snapshot, keys.Timestamp, clock.GetUtcNow()) is not { } publication)
            return Resigning.NotDue;
        var (snapshot, timestamp) = Versions(publication.Repository);
        await Take(new RepositoryEvent.Resigned(snapshot, timestamp), stop);
        _files.Publish(publication);
        return Resigning.Done;
    }, stop);

    public static RoleToSign ToSign(RoleDraft draft) => new(draft.Role, (int)draft.Version, DigestOf(draft));

    public void Dispose() => _gate.Dispose();

    // After a crash the ledger may hold the numbers already; then the same are used again, for content that nobody has seen.
    private async Task Take(RepositoryEvent versions, CancellationToken stop)
    {
        await using var store = stores.Open(Viewer.System);
        var recorded = (await store.Find<Repository>(Repository.TheOne, stop))!;
        var (snapshot, timestamp) = versions switch
        {
            RepositoryEvent.TargetsPublished e => (e.Snapshot, e.Timestamp),
            RepositoryEvent.Resigned e => (e.Snapshot, e.Timestamp),
            _ => throw new ArgumentException("Not a publication of the server's own.", nameof(versions)),
        };
        if (recorded.Snapshot > snapshot || recorded.Timestamp > timestamp)
            throw new TufPlanException("Another server has published in between. Try again.");
        _ = (await store.Record(new Done(Page, Repository.TheOne), stop, Change.To(recorded, versions))).Value;
    }

    private async Task<Repository?> Recorded(CancellationToken stop)
    {
        await using var store = stores.Open(Viewer.System);
        return await store.Find<Repository>(Repository.TheOne, stop);
    }

    private static Refusal? Ahead(TufRepository published, Repository? recorded)
    {
        var versions = Versions(published);
        var ahead = published.Root.Role.Version > (recorded?.Root ?? 0) || versions.Snapshot > (recorded?.Snapshot ?? 0) || versions.Timestamp > (recorded?.Timestamp ?? 0)
            || published.Lines.Any(line => line.Value.Role.Version > (recorded?.Roles.GetValueOrDefault(line.Key) ?? 0));
        return ahead
            ? Refusal.State("repository.restored",
                $"The world has seen timestamp version {versions.Timestamp}, but this database knows {recorded?.Timestamp ?? 0}: an older database was probably restored. " +
                "Nothing is signed until the newest backup is restored.")
            : null;
    }

    private static (int Snapshot, int Timestamp) Versions(TufRepository repository) => ((int)(repository.Snapshot?.Role.Version ?? 0), (int)(repository.Timestamp?.Role.Version ?? 0));

    private static string DigestOf(RoleDraft draft) => Convert.ToHexStringLower(SHA256.HashData(draft.SignedBytes.Span));

    // Through this target the offline root vouches for the server's other keys too.
    private byte[] KeysJson() => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["log"] = log.Key(1).ToString(),
        ["statements"] = keys.Statements.PublicKey.ToJson(),
    });
}

/// <param name="Published">Null before the first root.</param>
public sealed record Repositories(TufRepository? Published);

public enum Resigning
{
    NotDue,
    Done,
}
