using Aftercare.Server.Platform.Storage;
using Aftercare.Updates;

namespace Aftercare.Server.Statements;

/// <summary>A compatibility statement; public once it was published, also when a newer one has taken its place.</summary>
public sealed class StatementRow : ViewRow
{
    public Guid Item { get; set; }
    public Guid Release { get; set; }
    public string Supplier { get; set; } = "";
    public string Identifier { get; set; } = "";

    /// <summary>As <see cref="ThirdPartyUpdate.KeyOf"/> makes it: what look-ups compare.</summary>
    public string Key { get; set; } = "";
    public string Title { get; set; } = "";
    public StatementStage Stage { get; set; }

    /// <summary>Null while nobody has decided.</summary>
    public Verdict? Verdict { get; set; }

    /// <summary>Who decided, as the ledger names people: somebody else publishes.</summary>
    public string? DecidedBy { get; set; }

    /// <summary>When we look again at what is not approved, as it was stated.</summary>
    public string? ReviewOn { get; set; }
    public long Since { get; set; }
    public long? PublishedAt { get; set; }

    internal static View View { get; } = View.Of<Statement, StatementRow>("statements",
        statement => [new StatementRow
        {
            Item = statement.Item,
            Release = statement.Release,
            Supplier = statement.Update.Supplier,
            Identifier = statement.Update.Identifier,
            Key = ThirdPartyUpdate.KeyOf(statement.Update.Identifier),
            Title = statement.Update.Title,
            Stage = statement.Stage,
            Verdict = statement.Decision?.Verdict,
            DecidedBy = statement.DecidedBy,
            ReviewOn = statement.Decision?.Mitigation?.ReviewOn.Text,
            Since = statement.Since.Ms,
            PublishedAt = statement.PublishedAt?.Ms,
        }],
        (views, row) => views.Desk || row.Stage == StatementStage.Published || row.Stage == StatementStage.Superseded,
        row =>
        {
            row.Property(statement => statement.Stage).HasConversion<string>();
            row.Property(statement => statement.Verdict).HasConversion<string>();
            row.HasIndex(statement => new { statement.Release, statement.Key });
        });
}
