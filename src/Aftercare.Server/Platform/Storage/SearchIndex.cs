using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Platform.Storage;

/// <summary>
/// How each database looks words up: SQLite in FTS5 tables that triggers keep, PostgreSQL by GIN indexes. Words of views are made by
/// <see cref="SearchQuery"/>; those of erasable texts by the database itself, so that a text that is erased, by whatever hand, is no longer found.
/// </summary>
internal static class SearchIndex
{
    public const string Table = "search";

    private const string Words = """array_to_tsvector(string_to_array(ltrim("Head" || "Body"), ' '))""";

    // Also in the migration that made the index; the two must be the same for the index to be used.
    private const string TextWords = """to_tsvector('simple', regexp_replace(lower(regexp_replace(normalize(left("Text", 100000), NFKD), '[\u0300-\u036f]+', '', 'g')), '[!-/:-@[-`{-~]+', ' ', 'g'))""";

    /// <summary>What a generation of views needs besides its tables.</summary>
    public static string Script(Generation generation) => generation.Schema is { } schema
        ? $"""CREATE INDEX "IX_search_words" ON "{schema}"."{generation.Table(Table)}" USING gin ({Words});"""
        : """
          CREATE TABLE "view_search_keys" ("Row" INTEGER PRIMARY KEY, "Subject" TEXT NOT NULL, "Part" TEXT NOT NULL, UNIQUE ("Subject", "Part"));
          CREATE VIRTUAL TABLE "view_search_words" USING fts5(words, content = '', contentless_delete = 1, detail = none, prefix = '2 3 4', tokenize = 'unicode61 remove_diacritics 0');
          CREATE TRIGGER "view_search_added" AFTER INSERT ON "view_search" BEGIN
            INSERT INTO "view_search_keys" ("Subject", "Part") VALUES (new."Subject", new."Part");
            INSERT INTO "view_search_words" (rowid, words) SELECT "Row", new."Head" || new."Body" FROM "view_search_keys" WHERE "Subject" = new."Subject" AND "Part" = new."Part";
          END;
          CREATE TRIGGER "view_search_removed" AFTER DELETE ON "view_search" BEGIN
            DELETE FROM "view_search_words" WHERE rowid = (SELECT "Row" FROM "view_search_keys" WHERE "Subject" = old."Subject" AND "Part" = old."Part");
            DELETE FROM "view_search_keys" WHERE "Subject" = old."Subject" AND "Part" = old."Part";
          END;
          """;

    /// <summary>The rows that hold every word and that the viewer may see.</summary>
    public static IQueryable<SearchRow> Matching(ViewContext views, SearchQuery asked)
    {
        var sql = views.Generation.Schema is { } schema
            ? $$"""SELECT * FROM "{{schema}}"."{{Table}}" WHERE {{Words}} @@ {0}::tsquery"""
            : """
              SELECT s.* FROM "view_search_words" JOIN "view_search_keys" AS k ON k."Row" = "view_search_words".rowid
              JOIN "view_search" AS s ON s."Subject" = k."Subject" AND s."Part" = k."Part" WHERE "view_search_words" MATCH {0}
              """;
        return views.Set<SearchRow>().FromSqlRaw(sql, views.Generation.Schema is null ? asked.ForSqlite : asked.ForPostgres);
    }

    /// <summary>The texts that hold every word, newest first; whose they are, and whether the viewer may see that, is for the caller to find out.</summary>
    public static Task<List<Guid>> Texts(RecordContext record, bool postgres, SearchQuery asked, int most, CancellationToken stop)
    {
        var sql = postgres
            ? $$"""SELECT "Id" AS "Value" FROM texts WHERE {{TextWords.Replace("{", "{{", StringComparison.Ordinal)}} @@ to_tsquery('simple', {0}) ORDER BY "Id" DESC LIMIT {1}"""
            : """SELECT "Id" AS "Value" FROM "text_words" WHERE "text_words" MATCH {0} ORDER BY rowid DESC LIMIT {1}""";
        return record.Database.SqlQueryRaw<Guid>(sql, postgres ? asked.ForPostgres : asked.ForSqlite, most).ToListAsync(stop);
    }
}
