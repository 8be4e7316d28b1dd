using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Aftercare.Server.Platform.Storage.Migrations.Sqlite
{
    /// <summary>The words of erasable texts. The model does not know of them: the database keeps them by itself.</summary>
    [DbContext(typeof(SqliteRecord))]
    [Migration("20261122050700_TextWords")]
    public partial class TextWords : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // No second copy of a text, and an erased one leaves nothing behind in the index.
            migrationBuilder.Sql("""
                CREATE VIRTUAL TABLE "text_words" USING fts5("Id" UNINDEXED, words, content = '', contentless_delete = 1, contentless_unindexed = 1, detail = none, tokenize = 'unicode61 remove_diacritics 2');
                INSERT INTO "text_words" ("text_words", rank) VALUES ('secure-delete', 1);
                INSERT INTO "text_words" ("Id", words) SELECT "Id", "Text" FROM "texts" WHERE "Text" IS NOT NULL;
                CREATE TRIGGER "text_added" AFTER INSERT ON "texts" WHEN new."Text" IS NOT NULL BEGIN
                  INSERT INTO "text_words" ("Id", words) VALUES (new."Id", new."Text");
                END;
                CREATE TRIGGER "text_changed" AFTER UPDATE OF "Text" ON "texts" BEGIN
                  DELETE FROM "text_words" WHERE "Id" = old."Id";
                  INSERT INTO "text_words" ("Id", words) SELECT new."Id", new."Text" WHERE new."Text" IS NOT NULL;
                END;
                CREATE TRIGGER "text_removed" AFTER DELETE ON "texts" BEGIN
                  DELETE FROM "text_words" WHERE "Id" = old."Id";
                END;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
            DROP TRIGGER "text_added";
            DROP TRIGGER "text_changed";
            DROP TRIGGER "text_removed";
            DROP TABLE "text_words";
            """);
    }
}
