using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Platform.Storage;

// Who is signed in, and which machine came in when. Kept beside the ledger.
public sealed partial class Store
{
    /// <value>20 a person; a further one ends the one that was not seen for longest.</value>
    public const int MaxSessions = 20;

    /// <value>5 minutes between two notes that somebody was seen, so that reading does not write.</value>
    public static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(5);

    /// <summary>Keeps a session whose id is in no other place than its cookie, and forgets those of this person that have ended. Written by <see cref="SaveKept"/>.</summary>
    /// <param name="id">As <see cref="NewSecret"/> makes it.</param>
    /// <param name="session">Hash and stamp are filled in here.</param>
    /// <exception cref="LostRaceException">The account has gone.</exception>
    public async Task BeginSession(string id, SessionRecord session, CancellationToken stop)
    {
        await Begin(stop);
        var record = await Records(stop);
        var stamp = await record.Users.Where(account => account.Id == session.Person).Select(account => account.SecurityStamp).SingleOrDefaultAsync(stop) ?? throw new LostRaceException();
        (session.Sha256, session.Stamp) = (HashOf(id), stamp);
        await record.Sessions.Where(one => one.Person == session.Person && (one.Stamp != stamp || one.ExpiresAt <= Now.Ms)).ExecuteDeleteAsync(stop);
        var oldest = await record.Sessions.Where(one => one.Person == session.Person).OrderByDescending(one => one.SeenAt).Skip(MaxSessions - 1).Select(one => one.Sha256).ToListAsync(stop);
        await record.Sessions.Where(one => oldest.Contains(one.Sha256)).ExecuteDeleteAsync(stop);
        record.Add(session);
    }

    /// <summary>The session that a cookie names; null when it has ended. Looked up by hash, so that time tells nothing.</summary>
    /// <param name="idle">How long nobody may have been seen in it.</param>
    public async Task<SessionRecord?> FindSession(string id, TimeSpan idle, CancellationToken stop)
    {
        var hash = HashOf(id);
        return await (await Standing(idle, stop)).SingleOrDefaultAsync(session => session.Sha256 == hash, stop);
    }

    /// <summary>A person's sessions, the one seen last first.</summary>
    public async Task<List<SessionRecord>> SessionsOf(Guid person, TimeSpan idle, CancellationToken stop) =>
        await (await Standing(idle, stop)).Where(session => session.Person == person).OrderByDescending(session => session.SeenAt).ThenByDescending(session => session.BeganAt).ToListAsync(stop);

    /// <summary>Notes that somebody was seen just now.</summary>
    public async Task Saw(SessionRecord session, CancellationToken stop)
    {
        await Begin(stop);
        await (await Records(stop)).Sessions.Where(one => one.Sha256 == session.Sha256).ExecuteUpdateAsync(set => set.SetProperty(one => one.SeenAt, Now.Ms), stop);
        await Commit(stop);
    }

    /// <summary>Notes that a machine came in just now.</summary>
    public async Task Saw(SecretRecord secret, CancellationToken stop)
    {
        await Begin(stop);
        await (await Records(stop)).Secrets.Where(row => row.Sha256 == secret.Sha256).ExecuteUpdateAsync(set => set.SetProperty(row => row.SeenAt, Now.Ms), stop);
        await Commit(stop);
    }

    /// <summary>Ends one session of this person; another person's it does not touch. At once with <see cref="SaveKept"/> or the decision.</summary>
    public async Task EndSession(Guid person, byte[] sha256, CancellationToken stop)
    {
        await Begin(stop);
        await (await Records(stop)).Sessions.Where(session => session.Person == person && session.Sha256 == sha256).ExecuteDeleteAsync(stop);
    }

    /// <summary>Ends a person's sessions, with the decision that does so or with <see cref="SaveKept"/>.</summary>
    /// <param name="but">The one that goes on; null: none does.</param>
    public async Task EndSessions(Guid person, byte[]? but, CancellationToken stop)
    {
        await Begin(stop);
        await (await Records(stop)).Sessions.Where(session => session.Person == person && (but == null || session.Sha256 != but)).ExecuteDeleteAsync(stop);
    }

    /// <summary>When these machines last came in, by the subject of their token.</summary>
    public async Task<Dictionary<Guid, long?>> LastSeen(string purpose, IReadOnlyCollection<Guid> subjects, CancellationToken stop) =>
        (await (await Records(stop)).Secrets.AsNoTracking().Where(row => row.Purpose == purpose && subjects.Contains(row.Subject)).Select(row => new { row.Subject, row.SeenAt }).ToListAsync(stop))
            .GroupBy(row => row.Subject).ToDictionary(rows => rows.Key, rows => rows.Max(row => row.SeenAt));

    private async Task<IQueryable<SessionRecord>> Standing(TimeSpan idle, CancellationToken stop)
    {
        var (record, seen) = (await Records(stop), Now.Plus(-idle).Ms);
        return record.Sessions.AsNoTracking().Where(session =>
            session.ExpiresAt > Now.Ms && session.SeenAt > seen && record.Users.Any(account => account.Id == session.Person && account.SecurityStamp == session.Stamp));
    }
}
