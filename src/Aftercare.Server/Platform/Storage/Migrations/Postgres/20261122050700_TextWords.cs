using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Aftercare.Server.Platform.Storage.Migrations.Postgres
{
    /// <summary>The words of erasable texts. The model does not know of them: the database keeps them by itself.</summary>
    [DbContext(typeof(PostgresRecord))]
    [Migration("20261122050700_TextWords")]
    public partial class TextWords : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
            CREATE INDEX "IX_texts_words" ON texts USING gin (to_tsvector('simple', regexp_replace(lower(regexp_replace(normalize(left("Text", 100000), NFKD), '[\u0300-\u036f]+', '', 'g')), '[!-/:-@[-`{-~]+', ' ', 'g')));
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropIndex(name: "IX_texts_words", table: "texts");
    }
}
