using Aftercare.Ledger;
using Aftercare.Server;
using Aftercare.Server.Operations;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Log;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Platform.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.Operations;

/// <summary>What the server's own commands do on the worst day.</summary>
public sealed class RecoveryTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_backup_of_a_running_server_is_restored_and_shows_the_same(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var person = await StoreTests.Somebody(world, Role.Lead);
        await using (var store = world.Store())
        {
            var file = await store.SaveBlob(new MemoryStream("an original"u8.ToArray()), 1000, Stop);
            await store.KeepBlob(person, file, "letter.txt", "text/plain", Stop);
            await store.SaveKept(Stop);
        }
        using var ana = await world.Person("Ana", Role.Analyst);
        await Published(world);
        var before = await Tables.Views(world.Services.GetRequiredService<Database>());
        using var away = new Away();

        var (code, said) = await Run(world, "backup", away.Folder);
        Assert.True(code == 0, said);
        Assert.Contains("The keys are not", said, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(away.Folder, "*.key", SearchOption.AllDirectories));

        await world.Stop();
        await LoseAll(world, but: world.Installation.Data.Keys);
        (code, said) = await Run(world, "restore", away.Folder);
        Assert.True(code == 0, said);

        await world.Start();
        Assert.Equal(before, await Tables.Views(world.Services.GetRequiredService<Database>()));
        await using var restored = world.Store();
        var blob = Assert.Single(await restored.BlobsOf(person, Stop));
        using var plain = new StreamReader(restored.Open(blob)!);
        Assert.Equal("an original", await plain.ReadToEndAsync());
        // Attack: a cookie from the time of the backup, whose session may have been ended since.
        Assert.StartsWith("/sign-in", (await ana.Get("/desk")).Path, StringComparison.Ordinal);
        Assert.Equal(0, (await Run(world, "verify")).Code);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_backup_never_overwrites_and_a_restore_never_either(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var away = new Away();
        Assert.Equal(0, (await Run(world, "backup", away.Folder)).Code);

        var (code, said) = await Run(world, "backup", away.Folder);
        Assert.Equal((1, true), (code, said.Contains("is not empty", StringComparison.Ordinal)));

        await world.Stop();
        (code, said) = await Run(world, "restore", away.Folder);
        Assert.Equal((1, true), (code, said.Contains("nothing is overwritten", StringComparison.Ordinal)));
        await world.Start();
    }

    [Theory]
    [InlineData("rebuild", null)]
    [InlineData("declare-gap", "Because")]
    [InlineData("restore", "/nowhere")]
    public async Task A_command_that_writes_leaves_a_running_server_alone_and_says_who_holds_the_folder(string command, string? argument)
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);

        var (code, said) = await Run(world, argument is null ? [command] : [command, argument]);

        Assert.Equal(1, code);
        Assert.Contains($"is in use by the server, process {Environment.ProcessId}", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_does_not_start()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);

        var fault = await Assert.ThrowsAsync<CannotStartException>(() => ServerHost.Build([], world.Installation, Stop));

        Assert.Contains("is in use by the server", fault.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Rebuild_and_verify_are_commands(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        await StoreTests.Somebody(world, Role.Lead);
        await Published(world);
        await world.Stop();

        Assert.Equal((0, "The views of 3 subjects were built anew.\n"), await Run(world, "rebuild"));
        Assert.Equal((0, "5 entries, 5 in the log, 0 waiting; every one is what the log says.\n"), await Run(world, "verify"));

        await using (var database = world.Installation.OpenDatabase())
            await Tables.Tamper(database, """UPDATE entries SET "Actor" = 'person/somebody else' WHERE "Row" = 4""");
        var (code, said) = await Run(world, "verify");
        Assert.Equal((1, true), (code, said.Contains("Entry row 4 ", StringComparison.Ordinal)));
        await world.Start();
    }

    [Theory]
    [InlineData(new[] { "explode" }, "There is no command 'explode'.")]
    [InlineData(new[] { "backup" }, "Call it so: aftercare-server backup FOLDER")]
    [InlineData(new[] { "verify", "twice" }, "Call it so: aftercare-server verify")]
    public async Task A_wrong_call_is_explained(string[] arguments, string explained)
    {
        await using var world = await World.Begin(Db.Sqlite, postgres);

        var (code, said) = await Run(world, arguments);

        Assert.Equal(2, code);
        Assert.StartsWith(explained, said, StringComparison.Ordinal);
        Assert.Contains("aftercare-server declare-gap \"REASON\"", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_installation_every_command_says_so_in_one_sentence_and_makes_none()
    {
        var folder = Directory.CreateTempSubdirectory("aftercare-");
        var nowhere = new DataFolder(Path.Combine(folder.FullName, "data"));

        foreach (var command in (string[][])[["verify"], ["rebuild"], ["backup", Path.Combine(folder.FullName, "backup")], ["declare-gap", "Why"], ["restore", folder.FullName]])
        {
            await using var server = ServerProcess.Start(nowhere, null, command);
            Assert.Equal(1, await server.Ends());
            Assert.Equal(command[0] == "restore" ? $"Put the keys back first, at {nowhere.Keys}: without them nothing that is sealed can be read."
                : $"There is no installation at {nowhere.Root}: it would hold the folder keys. Choose the data folder with AFTERCARE_DATA.", server.Said);
        }

        Assert.Empty(folder.EnumerateFileSystemInfos());
        folder.Delete();
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_server_on_a_restored_older_database_refuses_to_start_until_the_gap_is_declared(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        await Published(world);
        using var away = new Away();
        await Run(world, "backup", away.Folder);
        await StoreTests.Somebody(world, Role.Lead);
        await Published(world);
        await world.Stop();
        var lost = await File.ReadAllTextAsync(Path.Combine(world.Installation.Data.Log, "checkpoint"));
        // The disk with the database died; what was published is still there.
        await LoseAll(world, but: [world.Installation.Data.Keys, world.Installation.Data.Public]);

        var (code, said) = await Run(world, "restore", away.Folder);
        Assert.True(code == 0, said);
        Assert.Contains("declare-gap", said, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<CannotStartException>(() => ServerHost.Build([], world.Installation, Stop));
        Assert.Contains("has 5 entries; the database holds 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains("declare-gap", refused.Message, StringComparison.Ordinal);

        Assert.Equal(1, (await Run(world, "declare-gap", " ")).Code);
        (code, said) = await Run(world, "declare-gap", "The disk died; the newest backup is of yesterday.");
        Assert.True(code == 0, said);
        await world.Start();
        await Published(world);

        using var visitor = world.Visitor();
        Assert.Equal(lost, (await visitor.Get("/log/checkpoint")).Html);
        var second = (await visitor.Get("/log/2/checkpoint")).Html;
        Assert.Equal([$"{world.Installation.Name}/log/2", "3"], second.Split('\n')[..2]);
        Assert.Equal((0, "3 entries, 3 in the log, 0 waiting; every one is what the log says.\n"), await Run(world, "verify"));
        await using var store = world.Store();
        var gap = await (await store.Rows<LogGapRow>(Stop)).SingleAsync();
        Assert.Equal((2, 2L, "The disk died; the newest backup is of yesterday."), (gap.Generation, gap.Held, gap.Reason));
        Assert.Equal(lost, (await store.Find<LogGap>(gap.Subject, Stop))!.Checkpoint);
        Assert.Contains("There is no gap", (await Stopped(world, () => Run(world, "declare-gap", "Again"))).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_belongs_to_other_keys_is_not_continued()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        await Published(world);
        await world.Stop();
        var log = Path.Combine(world.Installation.Data.Keys, "log.key");
        var kept = await File.ReadAllBytesAsync(log);
        File.Delete(log);

        var refused = await Assert.ThrowsAsync<CannotStartException>(() => ServerHost.Build([], world.Installation, Stop));

        Assert.Contains("is not this installation's", refused.Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(log, kept);
        await world.Start();
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Data_without_its_keys_is_not_opened_with_new_ones(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        await Published(world);
        await world.Stop();
        var (keys, aside) = (world.Installation.Data.Keys, world.Installation.Data.Keys + "-aside");
        Directory.Move(keys, aside);

        var refused = await Assert.ThrowsAsync<CannotStartException>(() => ServerHost.Build([], world.Installation, Stop));

        Assert.Contains("restore the folder from its backup", refused.Message, StringComparison.Ordinal);
        Directory.Move(aside, keys);
        await world.Start();
    }

    internal static Task<(int Code, string Said)> Run(World world, params string[] arguments) => Run(world.Installation, arguments);

    internal static async Task<(int Code, string Said)> Run(Installation installation, params string[] arguments)
    {
        await using var said = new StringWriter { NewLine = "\n" };
        var code = await Commands.Run(arguments, installation, said, said, Stop);
        return (code, said.ToString());
    }

    private static async Task<(int Code, string Said)> Stopped(World world, Func<Task<(int Code, string Said)>> command)
    {
        await world.Stop();
        var result = await command();
        await world.Start();
        return result;
    }

    internal static async Task Published(World world)
    {
        await world.Logged();
        // The server publishes by itself; wait for it rather than write the same files at the same time.
        for (var tries = 0; tries < 200; tries++, await Task.Delay(50))
            if (world.Services.GetRequiredService<LogFolder>().Published() is { } shown
                && await Tables.Count(world.Services.GetRequiredService<Database>(), "SELECT \"Size\" * 1000 + \"Generation\" FROM log_head") == shown.Checkpoint.Size * 1000 + shown.Generation)
                return;
        Assert.Fail("The log was not published.");
    }

    private static async Task LoseAll(World world, params string[] but)
    {
        SqliteConnection.ClearAllPools();
        if (world.Installation.Postgres is not null)
            await using (var database = world.Installation.OpenDatabase())
                await Tables.Tamper(database, "DROP SCHEMA views CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        foreach (var file in Directory.EnumerateFiles(world.Installation.Data.Root))
            File.Delete(file);
        foreach (var folder in Directory.EnumerateDirectories(world.Installation.Data.Root).Except(but))
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>A folder that does not exist yet, and is removed in the end.</summary>
    internal sealed class Away : IDisposable
    {
        private readonly DirectoryInfo _around = Directory.CreateTempSubdirectory("aftercare-away-");

        public string Folder => Path.Combine(_around.FullName, "backup");

        public void Dispose() => _around.Delete(recursive: true);
    }
}
