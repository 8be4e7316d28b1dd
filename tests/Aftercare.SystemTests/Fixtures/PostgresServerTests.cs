using Npgsql;
using Xunit;

namespace Aftercare.SystemTests.Fixtures;

public sealed class PostgresServerTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_new_databases_know_nothing_of_each_other()
    {
        var first = await postgres.NewDatabase();
        var second = await postgres.NewDatabase();

        await Ask(first, "CREATE TABLE seen (id int)");

        Assert.Equal(true, await Ask(first, "SELECT to_regclass('seen') IS NOT NULL"));
        Assert.Equal(false, await Ask(second, "SELECT to_regclass('seen') IS NOT NULL"));
    }

    [Fact]
    public async Task The_server_keeps_what_it_acknowledges()
    {
        var database = await postgres.NewDatabase();

        Assert.Equal("on", await Ask(database, "SHOW fsync"));
        Assert.Equal("on", await Ask(database, "SHOW synchronous_commit"));
    }

    [Fact]
    public async Task Databases_are_dropped_when_the_fixture_ends()
    {
        string mine;
        await using (var fixture = new PostgresServer())
        {
            mine = await fixture.NewDatabase();
            await Ask(mine, "SELECT 1");
        }
        var name = new NpgsqlConnectionStringBuilder(mine).Database;

        var there = await Ask(await postgres.NewDatabase(), $"SELECT count(*) FROM pg_database WHERE datname = '{name}'");

        Assert.Equal(0L, there);
    }

    private static async Task<object?> Ask(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancel);
    }
}
