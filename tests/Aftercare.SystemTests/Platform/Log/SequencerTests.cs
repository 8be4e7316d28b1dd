using Aftercare.Server.Platform.Log;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Aftercare.Trust.Log;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Aftercare.SystemTests.Platform.Log;

public sealed class SequencerTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Two_sequencers_on_one_database_never_fork_the_log(Db db)
    {
        await using var ledgers = await Ledgers.Begin(db, postgres);
        var (left, right) = (Begin(ledgers, "left"), Begin(ledgers, "right"));
        using var written = new CancellationTokenSource();

        var sequencing = Task.WhenAll(Sequence(left.Sequencer, written.Token), Sequence(right.Sequencer, written.Token));
        await Task.WhenAll(ledgers.Record(60), ledgers.Record(60, ledgers.Open()), ledgers.Record(60, ledgers.Open()));
        await written.CancelAsync();
        await sequencing;
        await Finish(left.Sequencer);
        await Finish(right.Sequencer);

        var shown = left.Folder.Published()!.Value.Checkpoint;
        Assert.Equal((360, shown.Root), (shown.Size, right.Folder.Published()!.Value.Checkpoint.Root));
        var entries = await Leaves(ledgers.Database);
        foreach (var folder in new[] { left.Folder, right.Folder })
        {
            var tiles = new TileReader(shown.Size, tile => folder.Read(1, tile));
            Assert.Equal(shown.Root, tiles.Root());
            Assert.Equal(entries.Order(), Enumerable.Range(0, 360).Select(i => tiles.Leaf(i).ToBase64()).Order());
        }
        Assert.Equal(0, await Tables.Count(ledgers.Database, "SELECT count(*) FROM unsequenced"));
        Assert.Empty((await new RecordCheck(ledgers.Database, left.Folder).Run(Stop)).Findings);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_crash_between_the_move_and_the_publishing_is_made_good_at_the_next_start(Db db)
    {
        await using var ledgers = await Ledgers.Begin(db, postgres);
        var crashing = Begin(ledgers, "log");
        await ledgers.Record(100);
        await Finish(crashing.Sequencer);
        await ledgers.Record(50);
        // Moved, and then the power went.
        Assert.Equal(100, await crashing.Sequencer.Step(Stop));
        Assert.Equal(200, crashing.Folder.Published()!.Value.Checkpoint.Size);

        var next = Begin(ledgers, "log");
        Assert.Null(await next.Sequencer.Restored(Stop));
        await next.Sequencer.Publish(Stop);

        var neverCrashed = Begin(ledgers, "other");
        await neverCrashed.Sequencer.Publish(Stop);
        Assert.Equal(300, next.Folder.Published()!.Value.Checkpoint.Size);
        Assert.Equal(Files(neverCrashed.Root), Files(next.Root));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_full_tile_replaces_the_partial_ones_before_it(Db db)
    {
        await using var ledgers = await Ledgers.Begin(db, postgres);
        var (sequencer, folder, _) = Begin(ledgers, "log");
        await ledgers.Record(2);
        await Finish(sequencer);
        Assert.NotNull(folder.Read(1, new Tile(0, 0, 4)));

        await ledgers.Record(127);
        await Finish(sequencer);

        Assert.Null(folder.Read(1, new Tile(0, 0, 4)));
        Assert.Equal(folder.Published()!.Value.Checkpoint.Root, new TileReader(258, tile => folder.Read(1, tile)).Root());
    }

    [Fact]
    public void The_log_keeps_its_name_when_the_address_changes()
    {
        var keys = Directory.CreateTempSubdirectory("aftercare-").FullName;
        var first = LogKey.OpenOrCreate(keys, "acme.test");

        var later = LogKey.OpenOrCreate(keys, "psirt.acme.test");

        Assert.Equal(("acme.test", first.Key("acme.test/log")), (later.Name, later.Key("acme.test/log")));
        Directory.Delete(keys, recursive: true);
    }

    private sealed record Node(Sequencer Sequencer, LogFolder Folder, string Root);

    private static Node Begin(Ledgers ledgers, string name)
    {
        var root = Path.Combine(ledgers.Data.Root, name);
        var folder = new LogFolder(root, LogKey.OpenOrCreate(ledgers.Data.Keys, "acme.test"));
        return new Node(new Sequencer(ledgers.Open(), folder, TimeProvider.System), folder, root);
    }

    private static async Task Sequence(Sequencer sequencer, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            if (await sequencer.Step(Stop) == 0)
                await Task.Delay(1, Stop);
            await sequencer.Publish(Stop);
        }
    }

    private static async Task Finish(Sequencer sequencer)
    {
        while (await sequencer.Step(Stop) > 0)
        {
        }
        await sequencer.Publish(Stop);
    }

    private static async Task<List<string>> Leaves(Database database)
    {
        await using var connection = await database.Connect(Stop);
        await using var record = database.Record(connection);
        return (await record.Entries.Select(entry => entry.Bytes).ToListAsync()).ConvertAll(bytes => MerkleTree.LeafHash(bytes).ToBase64());
    }

    private static SortedDictionary<string, string> Files(string root) => new(
        Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(root, file), file => Convert.ToBase64String(File.ReadAllBytes(file))),
        StringComparer.Ordinal);
}
