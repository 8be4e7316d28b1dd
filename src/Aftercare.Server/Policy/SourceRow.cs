using Aftercare.Policy;
using Aftercare.Reports;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Policy;

/// <summary>A source about which something was signed, at the desk.</summary>
public sealed class SourceRow : ViewRow
{
    public SourceCategory Source { get; set; }

    /// <summary>Signed periods of silence that stand.</summary>
    public int Silences { get; set; }

    internal static View View { get; } = View.Of<WatchedSource, SourceRow>("sources",
        source => [new SourceRow { Source = source.Source, Silences = source.Standing.Count() }],
        (views, row) => views.Desk,
        row => row.Property(source => source.Source).HasConversion<string>());
}
