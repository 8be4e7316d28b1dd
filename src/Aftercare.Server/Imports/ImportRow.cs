using Aftercare.Imports;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Imports;

/// <summary>A file of records; for the desk.</summary>
public sealed class ImportRow : ViewRow
{
    public string What { get; set; } = "";
    public string Name { get; set; } = "";
    public string Sha256 { get; set; } = "";
    public int New { get; set; }
    public int Refused { get; set; }
    public int Recorded { get; set; }
    public ImportStage Stage { get; set; }
    public long CheckedAt { get; set; }

    internal static View View { get; } = View.Of<Import, ImportRow>("imports",
        import => [new ImportRow
        {
            What = import.What,
            Name = import.Name,
            Sha256 = import.File.Sha256,
            New = import.Counts.New,
            Refused = import.Counts.Refused,
            Recorded = import.Recorded,
            Stage = import.Stage,
            CheckedAt = import.Since.Ms,
        }],
        (views, row) => views.Desk,
        row =>
        {
            row.Property(import => import.Stage).HasConversion<string>();
            row.HasIndex(import => import.CheckedAt);
        });
}
