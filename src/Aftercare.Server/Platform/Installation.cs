using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Platform;

/// <summary>What the surroundings say: read once at start from the environment.</summary>
/// <param name="Data">The data folder; <c>AFTERCARE_DATA</c>, default <c>./data</c>.</param>
/// <param name="Urls">Where to listen; <c>AFTERCARE_URLS</c>, default <c>http://127.0.0.1:5080</c>.</param>
/// <param name="PublicUrl">The address that the outside sees; <c>AFTERCARE_PUBLIC_URL</c>, default the first of <paramref name="Urls"/>.</param>
/// <param name="Postgres">Connection string; <c>AFTERCARE_POSTGRES</c>. Null: SQLite in the data folder.</param>
/// <param name="Demo">Whether to fill an empty store with the demo manufacturer.</param>
public sealed record Installation(DataFolder Data, string Urls, string PublicUrl, string? Postgres, bool Demo)
{
    /// <summary>The host name of the public address: the name of the log.</summary>
    public string Name => new Uri(PublicUrl).Authority;

    public bool IsHttps => PublicUrl.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    public static Installation From(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        var urls = environment("AFTERCARE_URLS") ?? "http://127.0.0.1:5080";
        return new Installation(
            new DataFolder(Path.GetFullPath(environment("AFTERCARE_DATA") ?? "data")),
            urls,
            (environment("AFTERCARE_PUBLIC_URL") ?? urls.Split(';')[0]).TrimEnd('/'),
            environment("AFTERCARE_POSTGRES"),
            arguments.Contains("--demo"));
    }

    /// <summary>The database for looking only.</summary>
    public Database OpenReadOnly() => Postgres is null ? Database.SqliteReadOnly(Data.Database) : Database.PostgresReadOnly(Postgres);

    /// <exception cref="CannotStartException">Nobody has started a server with this data folder, so there is nothing to work on.</exception>
    public void RequireThere()
    {
        var missing = !Directory.Exists(Data.Keys) ? $"the folder {Path.GetFileName(Data.Keys)}" : Postgres is null && !File.Exists(Data.Database) ? Path.GetFileName(Data.Database) : null;
        if (missing is not null)
            throw new CannotStartException($"There is no installation at {Data.Root}: it would hold {missing}. Choose the data folder with AFTERCARE_DATA.");
    }

    public Database OpenDatabase() => Postgres is null ? Database.Sqlite(Data.Database) : Database.Postgres(Postgres);
}
