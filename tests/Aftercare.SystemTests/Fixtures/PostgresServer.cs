using System.Collections.Concurrent;
using Aftercare.Tests;
using Npgsql;

namespace Aftercare.SystemTests.Fixtures;

/// <summary>
/// The throw-away PostgreSQL server that <c>./test</c> starts and names in <c>AFTERCARE_TEST_POSTGRES</c> (a superuser's connection string).
/// Take it as a class fixture: what it made is dropped when the class has ended.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly ConcurrentBag<string> databases = [];

    /// <summary>
    /// Creates an empty database and returns its connection string. Without a server the calling test is skipped, or fails where
    /// <c>CI=true</c>.
    /// </summary>
    public async Task<string> NewDatabase()
    {
        var name = $"test_{Guid.NewGuid():N}";
        await Execute(Server(), $"CREATE DATABASE {name}");
        databases.Add(name);
        return new NpgsqlConnectionStringBuilder(Server()) { Database = name }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in databases)
        {
            // FORCE: a pool may still hold connections that nobody uses.
            await Execute(Server(), $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }
    }

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
