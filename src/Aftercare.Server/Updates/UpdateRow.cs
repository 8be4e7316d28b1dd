using Aftercare.Server.Platform.Storage;
using Aftercare.Updates;

namespace Aftercare.Server.Updates;

/// <summary>An update in lists; public once it was published, also when it was withdrawn later.</summary>
public sealed class UpdateRow : ViewRow
{
    public string Number { get; set; } = "";
    public string Title { get; set; } = "";
    public UpdateStage Stage { get; set; }
    public UpdatePurpose Purpose { get; set; }
    public Guid Product { get; set; }
    public Guid ToRelease { get; set; }
    public List<Guid> FromReleases { get; set; } = [];

    /// <summary>The cases whose vulnerabilities it mends.</summary>
    public List<Guid> Cases { get; set; } = [];

    /// <summary>Null while the document is not written.</summary>
    public int? DowntimeMinutes { get; set; }
    public int Files { get; set; }
    public int Signatures { get; set; }

    /// <summary>How many things are missing before it can be frozen for signing.</summary>
    public int Missing { get; set; }
    public long Since { get; set; }
    public long? PublishedAt { get; set; }

    internal static View View { get; } = View.Of<Update, UpdateRow>("updates",
        update => [new UpdateRow
        {
            Number = update.Number,
            Title = update.Title,
            Stage = update.Stage,
            Purpose = update.Purpose,
            Product = update.Product,
            ToRelease = update.ToRelease,
            FromReleases = [.. update.FromReleases],
            Cases = [.. update.Fixes.Select(fix => fix.Case).Distinct()],
            DowntimeMinutes = update.Document?.DowntimeMinutes,
            Files = update.Files.Length,
            Signatures = update.Signatures.Length,
            Missing = update.Gate().Length,
            Since = update.Since.Ms,
            PublishedAt = update.PublishedAt?.Ms,
        }],
        (views, row) => views.Desk || row.Stage == UpdateStage.Published || row.Stage == UpdateStage.Withdrawn,
        row =>
        {
            row.Property(update => update.Stage).HasConversion<string>();
            row.Property(update => update.Purpose).HasConversion<string>();
            row.HasIndex(update => update.Number).IsUnique();
            row.HasIndex(update => update.Product);
        });
}

/// <summary>A file of an update, as the signed metadata names it; seen by whoever sees the update.</summary>
public sealed class UpdateFileRow : ViewRow
{
    public string Path { get; set; } = "";
    public long Length { get; set; }
    public string Sha256 { get; set; } = "";
    public string Sha512 { get; set; } = "";
    public Guid Product { get; set; }
    public UpdateStage Stage { get; set; }

    /// <summary>Anybody may download it.</summary>
    public bool Open { get; set; }

    internal static View View { get; } = View.Of<Update, UpdateFileRow>("update_files",
        update => update.Files.Select((file, order) => new UpdateFileRow
        {
            Part = $"{order:D3}",
            Path = file.Path,
            Length = file.Length,
            Sha256 = file.Sha256,
            Sha512 = file.Sha512,
            Product = update.Product,
            Stage = update.Stage,
            Open = update.Open,
        }),
        (views, row) => views.Desk || row.Stage == UpdateStage.Published || row.Stage == UpdateStage.Withdrawn,
        row =>
        {
            row.Property(file => file.Stage).HasConversion<string>();
            row.HasIndex(file => file.Path);
        });
}

/// <summary>A vulnerability that an update mends. For the desk only: what is not disclosed yet must not show outside.</summary>
public sealed class UpdateFixRow : ViewRow
{
    public Guid Case { get; set; }
    public Guid Vulnerability { get; set; }
    public string? Cve { get; set; }
    public UpdateStage Stage { get; set; }

    internal static View View { get; } = View.Of<Update, UpdateFixRow>("update_fixes",
        update => update.Fixes.Select((fix, order) => new UpdateFixRow { Part = $"{order:D3}", Case = fix.Case, Vulnerability = fix.Vulnerability, Cve = fix.Cve, Stage = update.Stage }),
        (views, row) => views.Desk,
        row =>
        {
            row.Property(fix => fix.Stage).HasConversion<string>();
            row.HasIndex(fix => fix.Case);
        });
}
