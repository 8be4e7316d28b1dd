using System.Globalization;
using Aftercare.Imports;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Imports;

/// <summary>Where an import stands and what it holds, in plain words.</summary>
internal static class ImportWords
{
    public static string Records(int count) => count == 1 ? "1 record" : string.Create(CultureInfo.InvariantCulture, $"{count} records");

    public static (string Text, Tone Tone) Of(ImportStage stage, int refused) => stage switch
    {
        ImportStage.Checked when refused > 0 => ("Has faults", Tone.Danger),
        ImportStage.Checked => ("Tried, not imported", Tone.Info),
        ImportStage.Running => ("Running", Tone.Info),
        ImportStage.Stopped => ("Stands still", Tone.Warning),
        ImportStage.Done => ("Imported", Tone.Good),
        ImportStage.Undone => ("Undone", Tone.Neutral),
        _ => ("Put aside", Tone.Neutral),
    };
}
