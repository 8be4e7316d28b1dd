using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Aftercare.Server.Platform.Storage;

/// <summary>What one decision changes about one subject.</summary>
/// <param name="Before">The state it was decided on; null begins a subject.</param>
public sealed record Change(Guid Subject, Subject? Before, ImmutableArray<Event> Events)
{
    public static Change Begin(Guid id, params ImmutableArray<Event> events) => new(id, null, events);

    public static Change To(Subject state, params ImmutableArray<Event> events) => new(state.Id, state, events);
}

/// <summary>What was recorded, as the two doors tell it: a form goes to <paramref name="Location"/>, the API answers <paramref name="Number"/> and the subject.</summary>
/// <param name="Location">Path of the page that shows it.</param>
/// <param name="Number">The number that people say, e.g. <c>R-2026-0042</c>; null where there is none.</param>
public sealed record Done(string Location, Guid Subject, string? Number = null)
{
    /// <summary>Said once and never stored, e.g. a secret link: a repeated request does not get it again.</summary>
    public ImmutableDictionary<string, string> Once { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>Somebody else recorded first. The door runs the handler again on what stands now.</summary>
public sealed class LostRaceException() : Exception("Somebody else recorded first.");

/// <summary>What one request brings besides its fields.</summary>
/// <param name="Key">Nonce of the form or Idempotency-Key, made unique to the actor; the cause of its entries.</param>
/// <param name="Digest">SHA-256 of what was asked: the same key with another content is refused.</param>
public sealed record Asked(string Key, byte[] Digest);

/// <summary>
/// The record and its views, opened for one viewer and one request. Slices see nothing of the database but this.
/// </summary>
public sealed partial class Store(Database database, Vault vault, Viewer viewer, TimeProvider clock) : IAsyncDisposable
{
    /// <value>5 minutes between proving who you are and signing.</value>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private DbConnection? _connection;
    private RecordContext? _record;
    private ViewContext? _views;
    private IDisposable? _turn;
    private IDbContextTransaction? _transaction;

    public Viewer Viewer { get; } = viewer;

    public Actor Actor => Viewer.Actor;

    /// <summary>One instant for the whole request.</summary>
    public Instant Now { get; } = Instant.From(clock.GetUtcNow());

    /// <summary>The request that is being carried out; null for reading and for jobs that name their own.</summary>
    public Asked? Asked { get; set; }

    /// <summary>The same request for another viewer: where a secret, not a role, allows what is done.</summary>
    public Store As(Viewer other) => new(database, vault, other, clock) { Asked = Asked };

    public static Guid NewId() => Guid.CreateVersion7();

    /// <summary>The rows of one view that the viewer may see, as they stand for him (live, or as of a log size).</summary>
    public async Task<IQueryable<TRow>> Rows<TRow>(CancellationToken stop) where TRow : ViewRow => (await Views(stop)).Set<TRow>().AsNoTracking();

    /// <summary>The rows that an import has brought, those that were taken back with it too.</summary>
    public async Task<IQueryable<TRow>> Brought<TRow>(Guid import, CancellationToken stop) where TRow : ViewRow =>
        (await Rows<TRow>(stop)).IgnoreQueryFilters([ViewContext.Standing]).Where(row => row.Import == import);

    /// <summary>The entries of a subject that was taken back, for the desk; empty for any other.</summary>
    public async Task<ImmutableArray<Entry>> TakenBack(Guid id, CancellationToken stop) =>
        Viewer.Desk && await Entries(id, stop) is [.., { Event: ITakenBack }] entries ? entries : [];

    /// <summary>The subject, if the viewer may see it. What was taken back is seen by nobody.</summary>
    public async Task<T?> Find<T>(Guid id, CancellationToken stop) where T : Subject, IFold<T> =>
        await Nouns.Of<T>().Views[0].Sees(await Views(stop), id, stop) ? (T?)await Load(Nouns.Of<T>(), id, stop) : null;

    /// <summary>The subject for changing: refused when the viewer may not see it, or when it is not as its author saw it.</summary>
    public async Task<Outcome<T>> Find<T>(Guid id, int seen, CancellationToken stop) where T : Subject, IFold<T>
    {
        if (await Find<T>(id, stop) is not { } found)
            return Refusal.Invisible;
        return found.Version == seen ? found : await Stale(id, seen, stop);
    }

    /// <summary>The entries of a subject that the viewer may see, oldest first.</summary>
    public async Task<ImmutableArray<Entry>> History<T>(Guid id, CancellationToken stop) where T : Subject, IFold<T> =>
        await Nouns.Of<T>().Views[0].Sees(await Views(stop), id, stop) ? await Entries(id, stop) : [];

    /// <summary>The next number of a series in the year of <paramref name="zone"/>, e.g. <c>R-2026-0042</c>. Begins the transaction that <see cref="Record"/> commits.</summary>
    public async Task<string> Number(string prefix, TimeZoneInfo zone, CancellationToken stop)
    {
        var series = $"{prefix}-{TimeZoneInfo.ConvertTime(Now.Utc, zone).Year}";
        var number = await Count(series, stop);
        return string.Create(CultureInfo.InvariantCulture, $"{series}-{number:D4}");
    }

    /// <summary>How many there are of a series with this one, from 1. Begins the transaction that <see cref="Record"/> commits.</summary>
    public async Task<int> Count(string series, CancellationToken stop)
    {
        await Begin(stop);
        var record = await Records(stop);
        if (await record.Counters.Where(counter => counter.Series == series).ExecuteUpdateAsync(set => set.SetProperty(c => c.Next, c => c.Next + 1), stop) == 0)
        {
            record.Add(new CounterRecord { Series = series, Next = 1 });
            await Save(record, stop);
        }
        return await record.Counters.Where(counter => counter.Series == series).Select(counter => counter.Next).SingleAsync(stop);
    }

    /// <summary>Forgets how many there were of the series that begin with one text and not with the other. With <see cref="SaveKept"/>.</summary>
    public async Task ForgetCounts(string prefix, string except, CancellationToken stop)
    {
        await Begin(stop);
        await (await Records(stop)).Counters.Where(counter => counter.Series.StartsWith(prefix) && !counter.Series.StartsWith(except)).ExecuteDeleteAsync(stop);
    }

    /// <summary>
    /// From here until <see cref="Record"/> nobody else decides under this rule: for what must be unique among subjects, which no version can guard.
    /// Ask first, then look whether it is taken.
    /// </summary>
    /// <param name="rule">E.g. <c>product.line</c>.</param>
    public async Task Alone(string rule, CancellationToken stop)
    {
        await Begin(stop);
        await database.Lock(await Connection(stop), rule, _transaction!.GetDbTransaction(), stop);
    }

    /// <summary>The answer that this request got before; null when it is new.</summary>
    public async Task<Outcome<Done>?> AnsweredBefore(CancellationToken stop)
    {
        if (Asked is null || await (await Records(stop)).Requests.AsNoTracking().SingleOrDefaultAsync(request => request.Key == Asked.Key, stop) is not { } before)
            return null;
        return CryptographicOperations.FixedTimeEquals(before.Digest, Asked.Digest)
            ? JsonSerializer.Deserialize<Done>(before.Answer)!
            : Refusal.State("request.key-reused", "This key was used for another request. Use a new one.");
    }

    /// <summary>
    /// Records decisions about one or more subjects in one transaction, with their views, jobs and everything that was kept on the way. Durable when it returns.
    /// </summary>
    /// <exception cref="LostRaceException">A subject was changed in between; nothing of this is written.</exception>
    public async Task<Outcome<Done>> Record(Done answer, CancellationToken stop, params ImmutableArray<Change> changes)
    {
        if (Viewer.AsOf is not null)
            return Refusal.State("as-of.read-only", "This is the past. Nothing can be changed here.");
        var written = ImmutableArray.CreateBuilder<(Noun Noun, Subject State, bool Fresh, ImmutableArray<Entry> Entries)>();
        foreach (var change in changes)
        {
            if (Write(change).Refused(out var why, out var one))
                return why;
            written.Add((one.Noun, one.State, change.Before is null, one.Entries));
        }
        await Begin(stop);
        var record = await Records(stop);
        foreach (var entry in written.SelectMany(one => one.Entries))
            record.Add(RowOf(entry));
        if (Asked is not null)
            record.Add(new RequestRecord { Key = Asked.Key, Digest = Asked.Digest, At = Now.Ms, Answer = JsonSerializer.Serialize(answer with { Once = answer.Once.Clear() }) });
        // Entries before views: a rebuild locks in the same order.
        await Save(record, stop);
        var views = await Views(stop);
        foreach (var (noun, state, fresh, _) in written)
            foreach (var view in noun.Views)
                await view.Project(views, state, fresh, stop);
        await views.SaveChangesAsync(stop);
        await Commit(stop);
        return answer;
    }

    /// <summary>Work that this change causes: written with it, done after it, once per key.</summary>
    /// <param name="kind">As a handler is registered for it, see <see cref="Jobs.JobKind"/>.</param>
    /// <param name="key">The same key again is the same work: whichever came first stands.</param>
    public async Task Enqueue(string kind, string key, object payload, Instant due, CancellationToken stop)
    {
        var (record, job) = (await Records(stop), new JobRecord { Kind = kind, Key = $"{kind}:{key}", Payload = JsonSerializer.Serialize(payload), DueAt = due.Ms });
        if (await record.Jobs.FindAsync([job.Key], stop) is null)
            record.Add(job);
    }

    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null)
            await _transaction.DisposeAsync();
        _turn?.Dispose();
        if (_views is not null)
            await _views.DisposeAsync();
        if (_record is not null)
            await _record.DisposeAsync();
        if (_connection is not null)
            await _connection.DisposeAsync();
    }

    internal static EntryRecord RowOf(Entry entry) => new()
    {
        Subject = entry.Subject,
        Version = entry.Version,
        Kind = entry.Kind,
        Actor = entry.Head.Actor,
        At = entry.At.Ms,
        Bytes = entry.Bytes.ToArray(),
        Unsequenced = new UnsequencedRecord(),
    };

    private Outcome<(Noun Noun, Subject State, ImmutableArray<Entry> Entries)> Write(Change change)
    {
        var noun = Nouns.Of(Kinds.All.NameOf(change.Events[0].GetType()));
        var state = change.Before;
        var entries = ImmutableArray.CreateBuilder<Entry>(change.Events.Length);
        foreach (var happened in change.Events)
        {
            var step = Nouns.StepOf(Kinds.All.NameOf(happened.GetType()));
            if (!step.Roles.Any(Actor.Has))
                return Refusal.Role($"{noun.Name}.wrong-role", $"To {step.Name} needs the role {string.Join(" or ", step.Roles)}.");
            var version = (state?.Version ?? 0) + 1;
            if (Sign(step, change.Subject, version, happened, out var signature) is { } unsigned)
                return unsigned;
            var head = new EntryHead(change.Subject, version, Actor.Id, step.Roles.First(Actor.Has), Now, Asked?.Key ?? Actor.Id);
            var entry = Entry.Write(head, happened, signature, RandomNumberGenerator.GetBytes(16));
            state = noun.Next(state, entry);
            entries.Add(entry);
        }
        return (noun, state!, entries.ToImmutable());
    }

    private Refusal? Sign(Step step, Guid subject, int version, Event happened, out Signature? signature)
    {
        signature = null;
        if (step.Signature is not { } meaning || Actor.Has(Role.System))
            return null;
        if (Viewer.ProvedAt is not { } proved || Now - proved > Fresh)
            return new Refusal(Because.Signature, "signature.prove-again", "This step is signed. Enter your password or use your passkey again.") { ClearAt = "/sign-in/again" };
        signature = new Signature(Viewer.Name, meaning, Now, Entry.DigestOf(subject, version, happened));
        return null;
    }

    private async Task<Refusal> Stale(Guid id, int seen, CancellationToken stop)
    {
        var since = (await Entries(id, stop)).Where(entry => entry.Version > seen).Take(5)
            .Select(entry => $"{entry.Kind[..entry.Kind.IndexOf('/', StringComparison.Ordinal)]} at {entry.At}");
        return Refusal.State("stale", $"It has changed since you opened the page: {string.Join("; ", since)}. Look again, then decide. Nothing was saved.");
    }

    private async Task<Subject?> Load(Noun noun, Guid id, CancellationToken stop) => noun.Fold(await Entries(id, stop));

    private async Task<ImmutableArray<Entry>> Entries(Guid id, CancellationToken stop)
    {
        var record = await Records(stop);
        var entries = record.Entries.AsNoTracking().Where(entry => entry.Subject == id);
        if (Viewer.AsOf is { } size)
            entries = entries.Where(entry => record.Leaves.Any(leaf => leaf.Row == entry.Row && leaf.Index < size));
        var bytes = await entries.OrderBy(entry => entry.Version).Select(entry => entry.Bytes).ToListAsync(stop);
        return [.. bytes.Select(one => Entry.Read(one))];
    }

    private async Task Begin(CancellationToken stop)
    {
        if (_transaction is not null)
            return;
        _turn = await database.Turn(stop);
        _transaction = await (await Records(stop)).Database.BeginTransactionAsync(stop);
        await (await Views(stop)).Database.UseTransactionAsync(_transaction.GetDbTransaction(), stop);
    }

    private async Task Commit(CancellationToken stop)
    {
        await _transaction!.CommitAsync(stop);
        await (await Views(stop)).Database.UseTransactionAsync(null, stop);
        await _transaction.DisposeAsync();
        _transaction = null;
        _turn?.Dispose();
        _turn = null;
        database.Committed();
    }

    private static async Task Save(RecordContext record, CancellationToken stop)
    {
        try
        {
            await record.SaveChangesAsync(stop);
        }
        catch (DbUpdateException fault) when (Database.IsDuplicate(fault))
        {
            throw new LostRaceException();
        }
    }

    private async Task<DbConnection> Connection(CancellationToken stop) => _connection ??= await database.Connect(stop);

    private async Task<RecordContext> Records(CancellationToken stop) => _record ??= database.Record(await Connection(stop));

    private async Task<ViewContext> Views(CancellationToken stop) => _views ??= Viewer.AsOf is { } size
        ? await Generations.OpenAsOf(database, size, Viewer, stop)
        : database.Views(await Connection(stop), Viewer);
}
