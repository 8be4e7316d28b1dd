using Aftercare.Server.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

// Design time only: see CONTRIBUTING.md, "Changing a record table".
Console.WriteLine("This project is for dotnet-ef.");

internal sealed class SqliteFactory : IDesignTimeDbContextFactory<SqliteRecord>
{
    public SqliteRecord CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<SqliteRecord>().UseSqlite("Data Source=design.db").Options);
}

internal sealed class PostgresFactory : IDesignTimeDbContextFactory<PostgresRecord>
{
    public PostgresRecord CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<PostgresRecord>().UseNpgsql("Host=design").Options);
}
