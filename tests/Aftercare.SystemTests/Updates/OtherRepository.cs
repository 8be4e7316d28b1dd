using Aftercare.Trust.Keys;
using Aftercare.Trust.Tuf;

namespace Aftercare.SystemTests.Updates;

/// <summary>Publishes into the server's folder behind its back, with the real keys: as a server did whose database was lost since.</summary>
internal sealed class OtherRepository(Releasing desk) : IDisposable
{
    private readonly FileKey[] _people = [.. new[] { "Anna", "Ben" }.Select(name => FileKey.Open(desk[name + ".key"], "correct horse battery"))];
    private readonly FileKey _snapshot = FileKey.OpenUnprotected(Path.Combine(desk.World.Installation.Data.Keys, "snapshot.key"));
    private readonly FileKey _timestamp = FileKey.OpenUnprotected(Path.Combine(desk.World.Installation.Data.Keys, "timestamp.key"));

    internal void PublishLine()
    {
        var files = new TufStore(desk.World.Installation.Data.Repository);
        var repository = files.Load()!;
        var expires = DateTimeOffset.UtcNow.AddDays(30);
        var targets = repository.DraftTargets(new TargetsPlan(["pump"], [], expires));
        var line = repository.DraftLine(new LinePlan("pump", [], [], expires), targets);
        files.Publish(repository.Publish([Signed(targets), Signed(line)], _snapshot, _timestamp, DateTimeOffset.UtcNow));
    }

    public void Dispose()
    {
        foreach (var key in (FileKey[])[.. _people, _snapshot, _timestamp])
            key.Dispose();
    }

    private RoleDraft Signed(RoleDraft draft) => _people.Aggregate(draft, (so, key) => so.SignedBy(key));
}
