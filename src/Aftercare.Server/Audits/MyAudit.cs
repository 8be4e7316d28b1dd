using Aftercare.Audits;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Audits;

/// <summary>What the use cases of the audit room share: the audit whose room it is, as it stands now, whatever moment the records are looked at.</summary>
internal static class MyAudit
{
    /// <summary>The store of the present, for what is written in the room and what was written there.</summary>
    public static Store Live(Store store) => store.As(store.Viewer with { AsOf = null });

    public static async Task<Outcome<Audit>> Find(Store live, CancellationToken stop) =>
        live.Viewer.Room is { } room && await live.Find<Audit>(room.Audit, stop) is { } audit ? audit : Refusal.Invisible;

    /// <summary>For changing: refused when it is not as its auditor saw it.</summary>
    public static async Task<Outcome<Audit>> Find(Store live, int seen, CancellationToken stop) =>
        live.Viewer.Room is { } room ? await live.Find<Audit>(room.Audit, seen, stop) : Refusal.Invisible;
}
