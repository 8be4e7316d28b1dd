using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Operations;

/// <summary>What a backup says about itself. It is written last, when all else is on the disk: a folder without it is what a crash left.</summary>
/// <param name="Format">Of the whole folder; see <see cref="CurrentFormat"/>.</param>
/// <param name="Program">The version that made it, e.g. <c>0.1.0</c>.</param>
/// <param name="Made">When, in UTC.</param>
/// <param name="Database"><see cref="Sqlite"/>: the file is in it; <see cref="Postgres"/>: a file a table is in it.</param>
/// <param name="Migration">The newest migration of its tables: their shape.</param>
/// <param name="Tables">On PostgreSQL, in the order in which they can be filled.</param>
/// <param name="Sums">The SHA-256, in hex, of the list that names every other file with its own.</param>
internal sealed record BackupManifest(int Format, string Program, string Made, string Database, string Migration, ImmutableArray<TableFile> Tables, string Sums)
{
    internal const int CurrentFormat = 1;
    internal const string Sqlite = "sqlite";
    internal const string Postgres = "postgresql";
    internal const string Name = "manifest.json";

    /// <value>1 MiB; ours are a few KiB.</value>
    private const int MaxBytes = 1 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    /// <summary>The kind of database, as people say it.</summary>
    internal static string Word(string database) => database == Postgres ? "PostgreSQL" : "SQLite";

    internal void Write(string folder) =>
        DurableFile.WriteAllBytesAtomically(Path.Combine(folder, Name), JsonSerializer.SerializeToUtf8Bytes(this, Json), DurableFile.OwnerOnly, overwrite: false);

    /// <exception cref="CannotStartException">There is none, or it is of another format.</exception>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    internal static BackupManifest Read(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, Name));
        if (!file.Exists)
            throw new CannotStartException($"There is no complete backup in {folder}: {Name}, which is written last, is missing.");
        try
        {
            var bytes = file.Length <= MaxBytes ? File.ReadAllBytes(file.FullName) : throw new JsonException("it is too long");
            using (var any = JsonDocument.Parse(bytes))
                if (any.RootElement.GetProperty("format").GetInt32() is var format and not CurrentFormat)
                    throw new CannotStartException(string.Create(CultureInfo.InvariantCulture, $"The backup in {folder} has format {format}; this version of Aftercare reads format {CurrentFormat}. Restore it with the version that made it."));
            return JsonSerializer.Deserialize<BackupManifest>(bytes, Json)!;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException($"The backup in {folder} is damaged: {Name} cannot be read: {fault.Message}", fault);
        }
    }
}
