using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Aftercare.Ledger;
using Aftercare.Server.Operations;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Reports;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Reports;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;
using static Aftercare.SystemTests.Operations.RecoveryTests;

namespace Aftercare.SystemTests.Operations;

/// <summary>What a backup holds, and which backups are not restored.</summary>
public sealed class BackupTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    [Fact]
    public async Task A_living_installation_on_postgres_is_restored_into_another_database_and_folder_and_goes_on_from_there()
    {
        await using var world = await World.Founded(Db.Postgres, postgres);
        using var away = new Away();
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        using var rita = world.Visitor();
        var own = await SomeReport.Send(rita, SomeReport.WithAddress, ("attachments", "photo.txt", "the original"u8.ToArray()));
        await Published(world);

        var enough = false;
        var writing = Task.Run(async () =>
        {
            using var somebody = world.Visitor();
            var count = 0;
            for (; !Volatile.Read(ref enough); count++)
                (await SomeReport.Send(somebody, SomeReport.Anonymous)).Is(HttpStatusCode.OK);
            return count;
        });
        var backup = await Run(world, "backup", away.Folder);
        Volatile.Write(ref enough, true);
        var sent = await writing;
        Assert.True(backup.Code == 0 && sent > 0, backup.Said);
        await world.Stop();

        var other = await Elsewhere(world.Installation);
        var (code, said) = await Run(other, "restore", away.Folder);
        Assert.True(code == 0, said);
        Assert.Contains("every one is what the log says", said, StringComparison.Ordinal);
        await using var restored = await World.Continue(other);

        using var ana = await restored.SignIn(email);
        var report = await SomeReport.AtDesk(ana, SomeReport.NumberOn(own));
        report.Shows("The service port takes any password.").Shows("rita@finder.test").Shows("photo.txt");
        Assert.Equal("the original", (await ana.Get(Regex.Match(report.Html, "href=\"([^\"]+)\"[^>]*>\\s*photo\\.txt").Groups[1].Value)).Html);
        int before;
        await using (var store = restored.Store())
            before = await (await store.Rows<ReportRow>(Stop)).CountAsync();
        Assert.InRange(before, 1, 1 + sent);
        using var visitor = restored.Visitor();
        Assert.EndsWith((before + 1).ToString("D4", CultureInfo.InvariantCulture), SomeReport.NumberOn(await SomeReport.Send(visitor, SomeReport.Anonymous)), StringComparison.Ordinal);
        await Published(restored);
        var verified = await Run(restored, "verify");
        Assert.True(verified.Code == 0, verified.Said);
        await world.Start();
    }

    [Theory]
    [InlineData("tables/entries.copy")]
    [InlineData("blobs/")]
    [InlineData("public/log/checkpoint")]
    [InlineData("SHA256SUMS")]
    [InlineData("manifest.json")]
    public async Task A_file_that_was_cut_is_named_and_nothing_is_restored(string which)
    {
        await using var world = await World.Founded(Db.Postgres, postgres);
        using var away = await Copied(world);
        var file = Directory.EnumerateFiles(away.Folder, "*", SearchOption.AllDirectories).First(file => InBackup(away, file).StartsWith(which, StringComparison.Ordinal));
        using (var cut = File.OpenWrite(file))
            cut.SetLength(cut.Length - 1);

        await IsRefused(world, away, "is damaged", InBackup(away, file));
    }

    [Theory]
    [InlineData("tables/accounts.copy")]
    [InlineData("blobs/")]
    public async Task A_file_that_was_lost_is_named_and_nothing_is_restored(string which)
    {
        await using var world = await World.Founded(Db.Postgres, postgres);
        using var away = await Copied(world);
        var file = Directory.EnumerateFiles(away.Folder, "*", SearchOption.AllDirectories).First(file => InBackup(away, file).StartsWith(which, StringComparison.Ordinal));
        File.Delete(file);

        await IsRefused(world, away, "is damaged", InBackup(away, file));
    }

    [Theory]
    [InlineData("CREATE TABLE notes (id int)", "public.notes")]
    [InlineData("CREATE SCHEMA other; CREATE VIEW other.looks AS SELECT 1", "other.looks")]
    public async Task A_database_that_holds_anything_is_left_alone(string sql, string named)
    {
        await using var world = await World.Founded(Db.Postgres, postgres);
        using var away = await Copied(world);
        var other = await Elsewhere(world.Installation);
        await using (var database = other.OpenDatabase())
            await Tables.Tamper(database, sql);

        var (code, said) = await Run(other, "restore", away.Folder);

        Assert.Equal((1, true), (code, said.Contains($"is not empty: it holds {named}", StringComparison.Ordinal)));
        Assert.Equal([other.Data.Keys], Directory.EnumerateFileSystemEntries(other.Data.Root));
        Directory.Delete(other.Data.Root, recursive: true);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_backup_that_was_cut_off_does_not_look_like_one(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var away = new Away();
        // Packages come last; one that cannot be read ends the backup there, as a full disk would.
        var loop = Path.Combine(Directory.CreateDirectory(world.Installation.Data.Packages).FullName, "loop");
        File.CreateSymbolicLink(loop, loop);

        Assert.Equal(1, (await Run(world, "backup", away.Folder)).Code);

        Assert.True(Directory.Exists(away.Folder));
        await IsRefused(world, away, "There is no complete backup", "manifest.json");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_backup_with_tables_of_another_version_is_refused(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var away = await Copied(world);
        Rewrite(away, backup => backup with { Migration = "20991231235959_Future", Program = "7.1.0" });

        await IsRefused(world, away, "made by another version of Aftercare (7.1.0)", "20991231235959_Future");
    }

    [Fact]
    public async Task A_backup_of_another_format_or_of_the_other_database_is_refused()
    {
        await using var world = await World.Founded(Db.Postgres, postgres);
        using var away = await Copied(world);

        Rewrite(away, backup => backup with { Database = BackupManifest.Sqlite });
        await IsRefused(world, away, "is of an installation on SQLite, and this one is on PostgreSQL", "AFTERCARE_POSTGRES");
        Rewrite(away, backup => backup with { Database = BackupManifest.Postgres });
        var manifest = Path.Combine(away.Folder, BackupManifest.Name);
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal));
        await IsRefused(world, away, "has format 2; this version of Aftercare reads format 1", "Restore it with the version that made it");
    }

    [Fact]
    public async Task A_database_that_another_version_has_moved_on_is_not_backed_up_by_this_one()
    {
        await using var world = await World.Founded(Db.Postgres, postgres);
        using var away = new Away();
        await using (var database = world.Installation.OpenDatabase())
            await Tables.Tamper(database, """INSERT INTO "__EFMigrationsHistory" VALUES ('20991231235959_Future', '99')""");

        var (code, said) = await Run(world, "backup", away.Folder);

        Assert.Equal((1, true), (code, said.Contains("Back up with the version of Aftercare that the server runs", StringComparison.Ordinal)));
        Assert.False(File.Exists(Path.Combine(away.Folder, BackupManifest.Name)));
    }

    [Fact]
    public async Task An_empty_database_or_folder_is_not_taken_for_an_installation()
    {
        await using var world = await World.Founded(Db.Postgres, postgres);
        using var away = new Away();
        using var second = new Away();

        var elsewhere = await Run(world.Installation with { Postgres = await postgres.NewDatabase() }, "backup", away.Folder);
        var nowhere = await Run(world.Installation with { Data = new DataFolder(second.Folder) }, "backup", second.Folder);

        Assert.Equal((1, true), (elsewhere.Code, elsewhere.Said.Contains("does not hold the tables", StringComparison.Ordinal)));
        Assert.Equal((1, true), (nowhere.Code, nowhere.Said.Contains("There is no installation at", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Rows_that_the_manifest_does_not_count_undo_the_whole_restore()
    {
        await using var world = await World.Founded(Db.Postgres, postgres);
        using var away = await Copied(world);
        var other = await Elsewhere(world.Installation);
        Rewrite(away, backup => backup with { Tables = [.. backup.Tables.Select(table => table.Name == "jobs" ? table with { Rows = table.Rows + 1 } : table)] });

        var (code, said) = await Run(other, "restore", away.Folder);

        Assert.Equal((1, true), (code, said.Contains("The table jobs got", StringComparison.Ordinal)));
        await TableFiles.RequireEmpty(other.Postgres!, Stop);
        // What was copied into the folder is no obstacle to the next try.
        Rewrite(away, backup => backup with { Tables = [.. backup.Tables.Select(table => table.Name == "jobs" ? table with { Rows = table.Rows - 1 } : table)] });
        (code, said) = await Run(other, "restore", away.Folder);
        Assert.True(code == 0, said);
        Directory.Delete(other.Data.Root, recursive: true);
    }

    [Fact]
    public async Task A_backup_holds_every_table_of_the_record_and_the_list_of_sums_is_one_that_others_can_check()
    {
        await using var world = await World.Founded(Db.Postgres, postgres);
        using var away = await Copied(world);

        await using var database = world.Installation.OpenDatabase();
        await using var connection = (NpgsqlConnection)await database.Connect(Stop);
        await using var command = new NpgsqlCommand("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<string>();
        while (await reader.ReadAsync())
            tables.Add(reader.GetString(0));
        Assert.Equal(tables.Except(["__EFMigrationsHistory", "generations"]).Order(StringComparer.Ordinal), BackupManifest.Read(away.Folder).Tables.Select(table => table.Name).Order(StringComparer.Ordinal));

        var listed = (await File.ReadAllLinesAsync(Path.Combine(away.Folder, FileSums.Name))).Select(line => Regex.Match(line, "^[0-9a-f]{64}  (.+)$").Groups[1].Value);
        Assert.Equal(
            Directory.EnumerateFiles(away.Folder, "*", SearchOption.AllDirectories).Select(file => InBackup(away, file)).Except([FileSums.Name, BackupManifest.Name]).Order(StringComparer.Ordinal),
            listed.Order(StringComparer.Ordinal));
    }

    private static async Task<Away> Copied(World world)
    {
        using var visitor = world.Visitor();
        (await SomeReport.Send(visitor, SomeReport.WithAddress, ("attachments", "photo.txt", "the original"u8.ToArray()))).Is(HttpStatusCode.OK);
        await Published(world);
        var away = new Away();
        var (code, said) = await Run(world, "backup", away.Folder);
        Assert.True(code == 0, said);
        return away;
    }

    /// <summary>An installation of the same keys with nothing in it yet.</summary>
    private async Task<Installation> Elsewhere(Installation one)
    {
        var data = new DataFolder(Directory.CreateTempSubdirectory("aftercare-").FullName);
        await CopyFolder.Copy(one.Data.Keys, data.Keys, _ => 0, Stop);
        var url = World.FreeAddress();
        return one with { Data = data, Urls = url, PublicUrl = url, Postgres = one.Postgres is null ? null : await postgres.NewDatabase() };
    }

    private async Task IsRefused(World world, Away away, string why, string named)
    {
        var other = await Elsewhere(world.Installation);

        var (code, said) = await Run(other, "restore", away.Folder);

        Assert.Equal(1, code);
        Assert.Contains(why, said, StringComparison.Ordinal);
        Assert.Contains(named, said, StringComparison.Ordinal);
        Assert.Equal([other.Data.Keys], Directory.EnumerateDirectories(other.Data.Root));
        Assert.False(File.Exists(other.Data.Database));
        if (other.Postgres is { } database)
            await TableFiles.RequireEmpty(database, Stop);
        Directory.Delete(other.Data.Root, recursive: true);
    }

    private static void Rewrite(Away away, Func<BackupManifest, BackupManifest> change)
    {
        var changed = change(BackupManifest.Read(away.Folder));
        File.Delete(Path.Combine(away.Folder, BackupManifest.Name));
        changed.Write(away.Folder);
    }

    private static string InBackup(Away away, string file) => Path.GetRelativePath(away.Folder, file).Replace(Path.DirectorySeparatorChar, '/');
}
