using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Operations;

/// <summary>A declared gap in the log; for the desk and the auditor.</summary>
public sealed class LogGapRow : ViewRow
{
    /// <summary>The log that began with it.</summary>
    public int Generation { get; set; }
    public long Held { get; set; }
    public string Reason { get; set; } = "";
    public long At { get; set; }

    internal static View View { get; } = View.Of<LogGap, LogGapRow>("log_gaps",
        gap => [new LogGapRow { Generation = gap.Generation, Held = gap.Held, Reason = gap.Reason, At = gap.Since.Ms }],
        (views, row) => views.Desk);
}
