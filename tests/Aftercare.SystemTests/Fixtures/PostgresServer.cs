using System.Collections.Concurrent;
using Aftercare.Server.Platform.Storage;
using Aftercare.Tests;
using Npgsql;

namespace Aftercare.SystemTests.Fixtures;

/// <summary>
/// The throw-away PostgreSQL server that <c>./test</c> starts and names in <c>AFTERCARE_TEST_POSTGRES</c> (a superuser's connection string).
/// Take it as a class fixture: what it made is dropped when the class has ended.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    // Making the tables takes longer than copying them, and a test class makes them twenty times.
    private static readonly Lazy<Task<string>> Prepared = new(Prepare);

    private readonly ConcurrentBag<string> databases = [];

    /// <summary>
    /// Creates an empty database and returns its connection string. Without a server the calling test is skipped, or fails where
    /// <c>CI=true</c>.
    /// </summary>
    public Task<string> NewDatabase() => Make("template1");

    /// <summary>The same with the tables of this program in it, as its first start leaves them.</summary>
    public async Task<string> PreparedDatabase()
    {
        _ = Server();
        return await Make(await Prepared.Value);
    }

    private async Task<string> Make(string template)
    {
        var name = $"test_{Guid.NewGuid():N}";
        await Execute(Server(), $"CREATE DATABASE {name} TEMPLATE {template}");
        databases.Add(name);
        return Named(name);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in databases)
        {
            // FORCE: a pool may still hold connections that nobody uses.
            await Execute(Server(), $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }
    }

    private static async Task<string> Prepare()
    {
        var name = $"prepared_{Guid.NewGuid():N}";
        await Execute(Server(), $"CREATE DATABASE {name}");
        // A database that somebody is connected to cannot be copied.
        await using var database = Database.Postgres(new NpgsqlConnectionStringBuilder(Named(name)) { Pooling = false }.ConnectionString);
        await database.Migrate(CancellationToken.None);
        await Generations.Prepare(database, CancellationToken.None);
        return name;
    }

    private static string Named(string database) => new NpgsqlConnectionStringBuilder(Server()) { Database = database }.ConnectionString;

    private static string Server()
    {
        var server = Environment.GetEnvironmentVariable("AFTERCARE_TEST_POSTGRES");
        if (string.IsNullOrEmpty(server))
        {
            Need.Missing("no PostgreSQL server: ./test starts one where postgresql is installed, or set AFTERCARE_TEST_POSTGRES");
        }
        return server;
    }

    private static async Task Execute(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
