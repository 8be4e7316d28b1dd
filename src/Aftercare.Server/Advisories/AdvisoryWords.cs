using Aftercare.Advisories;
using Aftercare.Server.Platform.Web;
using Aftercare.Vulnerabilities;

namespace Aftercare.Server.Advisories;

/// <summary>How stages, severities and statuses are shown at the desk; the public page has words of its own in two languages.</summary>
internal static class AdvisoryWords
{
    public static Tone ToneOf(AdvisoryStage stage) => stage switch
    {
        AdvisoryStage.Approved => Tone.Info,
        AdvisoryStage.Published => Tone.Good,
        AdvisoryStage.Withdrawn => Tone.Warning,
        _ => Tone.Neutral,
    };

    public static Tone ToneOf(Severity severity) => severity switch
    {
        Severity.Critical or Severity.High => Tone.Danger,
        Severity.Medium => Tone.Warning,
        _ => Tone.Neutral,
    };

    public static Tone ToneOf(ProductStatus status) => status switch
    {
        ProductStatus.KnownAffected or ProductStatus.FirstAffected or ProductStatus.LastAffected => Tone.Danger,
        ProductStatus.Fixed or ProductStatus.FirstFixed or ProductStatus.KnownNotAffected => Tone.Good,
        ProductStatus.UnderInvestigation => Tone.Warning,
        _ => Tone.Neutral,
    };

    public static IReadOnlyList<ChoiceOption> Kinds { get; } =
    [
        Option(RemediationKind.VendorFix, "Fix of ours", "An update that mends the flaw."),
        Option(RemediationKind.Mitigation, "Mitigation", "Lowers the risk while the flaw stays."),
        Option(RemediationKind.Workaround, "Workaround", "Another way to work that avoids the flaw."),
        Option(RemediationKind.NoneAvailable, "None available", "There is nothing yet; say when you will look again."),
        Option(RemediationKind.NoFixPlanned, "No fix planned", "There will be none; say why."),
    ];

    public static IReadOnlyList<ChoiceOption> Restarts { get; } =
    [
        Option(RestartNeeded.None, "No restart"),
        Option(RestartNeeded.VulnerableComponent, "The program that has the flaw"),
        Option(RestartNeeded.Service, "A service"),
        Option(RestartNeeded.Machine, "The device"),
        Option(RestartNeeded.Connected, "The device and what is connected to it"),
        Option(RestartNeeded.System, "The whole system that the device is part of"),
    ];

    public static string Of(RemediationKind kind) => Kinds.First(option => option.Value == Words.Of(kind)).Text;

    public static string Of(RestartNeeded restart) => Restarts.First(option => option.Value == Words.Of(restart)).Text;

    private static ChoiceOption Option<T>(T value, string text, string? hint = null) where T : struct, Enum => new(Words.Of(value), text, hint);
}
