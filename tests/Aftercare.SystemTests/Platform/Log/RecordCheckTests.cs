using Aftercare.Server.Platform.Log;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Npgsql;
using Xunit;

namespace Aftercare.SystemTests.Platform.Log;

/// <summary>What a hand that goes past the program leaves behind, and what is said about it.</summary>
public sealed class RecordCheckTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_untouched_record_has_no_findings(Db db)
    {
        await using var tried = await Tried(db);

        var report = await tried.Check();

        Assert.Equal((10, 10), (report.Entries, report.Logged));
        Assert.Empty(report.Findings);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task What_waits_for_the_log_is_no_finding(Db db)
    {
        await using var tried = await Tried(db);
        await tried.Ledgers.Record(1);

        var report = await tried.Check();

        Assert.Equal((12, 10), (report.Entries, report.Logged));
        Assert.Empty(report.Findings);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task One_changed_byte_of_one_entry_is_named(Db db)
    {
        await using var tried = await Tried(db);
        await tried.Tamper(db == Db.Sqlite
            ? """UPDATE entries SET "Bytes" = CAST(replace(CAST("Bytes" AS TEXT), '"role":"system"', '"role":"syste"') AS BLOB) WHERE "Row" = 4"""
            : """UPDATE entries SET "Bytes" = set_byte("Bytes", 12, get_byte("Bytes", 12) # 1) WHERE "Row" = 4""");

        var findings = (await tried.Check()).Findings;

        Assert.Contains(findings, finding => finding.StartsWith("Entry row 4 (version 2 of ", StringComparison.Ordinal) && finding.EndsWith("has other bytes than those logged at position 3.", StringComparison.Ordinal));
        Assert.All(findings, finding => Assert.StartsWith("Entry row 4 ", finding, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_swapped_pair_is_named(Db db)
    {
        await using var tried = await Tried(db);
        foreach (var (from, to) in new[] { (2, -2), (3, 2), (-2, 3) })
            await tried.Tamper($"""UPDATE entries SET "Row" = {to} WHERE "Row" = {from}""");

        var findings = (await tried.Check()).Findings;

        Assert.Contains(findings, finding => finding.Contains("Entry row 2 ", StringComparison.Ordinal) && finding.Contains("logged at position 1", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Contains("Entry row 3 ", StringComparison.Ordinal) && finding.Contains("logged at position 2", StringComparison.Ordinal));
        Assert.Equal(2, findings.Length);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_missing_row_is_named_and_so_is_its_subject(Db db)
    {
        await using var tried = await Tried(db);
        await tried.Tamper("""DELETE FROM entries WHERE "Row" = 3""");

        var findings = (await tried.Check()).Findings;

        Assert.Contains("Position 2 of the log is entry row 3, which is missing from the ledger.", findings);
        Assert.Contains(findings, finding => finding.Contains("has 1 entries, but its last one has version 2", StringComparison.Ordinal));
        Assert.Equal(2, findings.Length);
    }

    [Theory]
    [InlineData(Db.Sqlite, "Kind", "'person.left/1'")]
    [InlineData(Db.Postgres, "Kind", "'person.left/1'")]
    [InlineData(Db.Sqlite, "Actor", "'person/somebody'")]
    [InlineData(Db.Postgres, "Actor", "'person/somebody'")]
    [InlineData(Db.Sqlite, "At", "1")]
    [InlineData(Db.Postgres, "At", "1")]
    public async Task A_changed_index_column_is_named(Db db, string column, string value)
    {
        await using var tried = await Tried(db);
        await tried.Tamper($"""UPDATE entries SET "{column}" = {value} WHERE "Row" = 6""");

        var finding = Assert.Single((await tried.Check()).Findings);

        Assert.StartsWith("Entry row 6 ", finding, StringComparison.Ordinal);
        Assert.EndsWith("in its column.", finding, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_row_that_was_put_there_past_the_program_is_named(Db db)
    {
        await using var tried = await Tried(db);
        await tried.Tamper("""INSERT INTO entries ("Row", "Subject", "Version", "Kind", "Actor", "At", "Bytes") SELECT 99, "Subject", 3, "Kind", "Actor", "At", "Bytes" FROM entries WHERE "Row" = 2""");

        var findings = (await tried.Check()).Findings;

        Assert.Contains(findings, finding => finding.Contains("Entry row 99 ", StringComparison.Ordinal) && finding.Contains("neither in the log nor waiting", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Contains("has version 2 in its bytes and 3 in its column", StringComparison.Ordinal));
    }

    // Who also rewrites the leaf, and even moves the head, is given away by the signed checkpoint and by what the world was given.
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_entry_that_was_rewritten_together_with_its_leaf_is_named_by_the_published_tile(Db db)
    {
        await using var tried = await Tried(db);
        await tried.Tamper("""UPDATE entries SET "Bytes" = (SELECT o."Bytes" FROM entries o WHERE o."Row" = 1) WHERE "Row" = 5""");
        await tried.Tamper("""UPDATE leaves SET "Hash" = (SELECT o."Hash" FROM leaves o WHERE o."Row" = 1) WHERE "Row" = 5""");

        var findings = (await tried.Check()).Findings;

        Assert.Contains("Position 4 of the log (entry row 5) has another hash in the database than was published.", findings);
        Assert.Contains(findings, finding => finding.Contains("not those of the checkpoint that was signed", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_leaf_that_was_taken_out_is_named(Db db)
    {
        await using var tried = await Tried(db);
        await tried.Tamper("""DELETE FROM leaves WHERE "Index" = 7""");

        Assert.Contains("Position 7 of the log is missing.", (await tried.Check()).Findings);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_checkpoint_that_nobody_signed_is_named(Db db)
    {
        await using var tried = await Tried(db);
        await tried.Tamper("""UPDATE checkpoints SET "Note" = replace("Note", '10', '11')""");

        Assert.Contains(" is not the log's word", Assert.Single((await tried.Check()).Findings), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Checking_needs_no_right_to_write(Db db)
    {
        await using var tried = await Tried(db);
        await using var looking = db == Db.Sqlite ? await tried.UnwritableFile() : await tried.ReadingRole();

        var report = await new RecordCheck(looking, tried.Folder).Run(Stop);

        Assert.Equal((10, 0), (report.Logged, report.Findings.Length));
        await Assert.ThrowsAnyAsync<Exception>(() => Tables.Tamper(looking, """DELETE FROM entries"""));
    }

    private async Task<Trial> Tried(Db db)
    {
        var ledgers = await Ledgers.Begin(db, postgres);
        var folder = new LogFolder(ledgers.Data.Log, LogKey.OpenOrCreate(ledgers.Data.Keys, "acme.test"));
        await ledgers.Record(5);
        var sequencer = new Sequencer(ledgers.Database, folder, TimeProvider.System);
        await sequencer.Step(Stop);
        await sequencer.Publish(Stop);
        return new Trial(ledgers, folder);
    }

    private sealed record Trial(Ledgers Ledgers, LogFolder Folder) : IAsyncDisposable
    {
        public Task<RecordCheck.Report> Check() => new RecordCheck(Ledgers.Database, Folder).Run(Stop);

        public Task Tamper(string sql) => Tables.Tamper(Ledgers.Database, sql);

        /// <summary>A copy of the file that nobody has open, in a folder that nobody may write to.</summary>
        public async Task<Database> UnwritableFile()
        {
            var copy = Path.Combine(Directory.CreateDirectory(Path.Combine(Ledgers.Data.Root, "copy")).FullName, "copy of, 100 %.db");
            await Tables.Tamper(Ledgers.Database, $"VACUUM INTO '{copy}'");
            File.SetAttributes(copy, FileAttributes.ReadOnly);
            return Database.SqliteReadOnly(copy);
        }

        public async Task<Database> ReadingRole()
        {
            var connection = new NpgsqlConnectionStringBuilder(Ledgers.PostgresConnection);
            var role = $"reader_{Guid.NewGuid():N}";
            await Tamper($"CREATE ROLE {role} LOGIN PASSWORD 'reads'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}");
            return Database.PostgresReadOnly(new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Username = role, Password = "reads" }.ConnectionString);
        }

        public async ValueTask DisposeAsync() => await Ledgers.DisposeAsync();
    }
}
