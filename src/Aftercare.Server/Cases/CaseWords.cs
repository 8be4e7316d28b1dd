using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Web;
using Aftercare.Vulnerabilities;
using ClosureReason = Aftercare.Reports.ClosureReason;

namespace Aftercare.Server.Cases;

/// <summary>The words of cases on pages.</summary>
internal static class CaseWords
{
    public static string Of(CaseStage stage) => stage switch
    {
        CaseStage.Valid => "Valid, being assessed",
        CaseStage.Accepted => "Accepted, being handled",
        CaseStage.Deferred => "Deferred",
        _ => "Closed",
    };

    public static Tone ToneOf(CaseStage stage) => stage switch
    {
        CaseStage.Valid => Tone.Warning,
        CaseStage.Accepted => Tone.Info,
        CaseStage.Closed => Tone.Good,
        _ => Tone.Neutral,
    };

    public static string Of(CaseFact fact) => fact switch
    {
        CaseFact.VendorAware => "We know of it",
        CaseFact.FixReady => "A fix is ready",
        CaseFact.FixDeployed => "The fix is deployed",
        CaseFact.PublicAware => "It is public",
        CaseFact.ExploitPublic => "An exploit is public",
        _ => "Attacks were observed",
    };

    public static string Of(ProductStatus status) => status switch
    {
        ProductStatus.KnownAffected => "Affected",
        ProductStatus.KnownNotAffected => "Not affected",
        ProductStatus.Fixed => "Fixed",
        _ => "Under investigation",
    };

    public static Tone ToneOf(ProductStatus status) => status switch
    {
        ProductStatus.KnownAffected => Tone.Danger,
        ProductStatus.KnownNotAffected or ProductStatus.Fixed => Tone.Good,
        _ => Tone.Warning,
    };

    public static string Of(Remedy remedy) => remedy switch
    {
        Remedy.VendorFix => "We make an update",
        Remedy.Mitigation => "A mitigation lowers the risk",
        Remedy.Workaround => "A workaround avoids it",
        Remedy.NoFixPlanned => "No fix is planned",
        _ => "Nothing can be done yet",
    };

    public static string Of(Justification justification) => justification switch
    {
        Justification.ComponentNotPresent => "The component is not in it",
        Justification.VulnerableCodeNotPresent => "The vulnerable code is not in it",
        Justification.VulnerableCodeNotInExecutePath => "The vulnerable code is never run",
        Justification.VulnerableCodeCannotBeControlledByAdversary => "No attacker can reach the vulnerable code",
        Justification.InlineMitigationsAlreadyExist => "Built-in protection prevents it",
        _ => Words.Plain(justification),
    };

    public static string Of(ClosureReason reason) => reason switch
    {
        ClosureReason.Mitigated => "Mitigated by a compensating control",
        ClosureReason.RiskAccepted => "Risk accepted until a day",
        ClosureReason.Duplicate => "Duplicate of another case",
        ClosureReason.NotAVulnerability => "Not a vulnerability: handed over as a problem report",
        ClosureReason.OutOfScope => "Out of scope: not our product, forwarded",
        ClosureReason.UnsupportedProduct => "Unsupported product, statement given",
        ClosureReason.Spam => "Spam or abuse",
        _ => Words.Plain(reason),
    };

    public static string Of(decimal score) => FormattableString.Invariant($"{score:0.0} {Severity.Of(score)}");

    public static Tone ToneOf(decimal score) => Severity.Of(score) switch
    {
        Severity.Critical or Severity.High => Tone.Danger,
        Severity.Medium => Tone.Warning,
        _ => Tone.Neutral,
    };

    public static IReadOnlyList<ChoiceOption> Options<T>(Func<T, string> words, params IEnumerable<T> values) where T : struct, Enum =>
        [.. values.Select(value => new ChoiceOption(Words.Of(value), words(value)))];

    /// <summary>What an entry says besides its kind, in one sentence.</summary>
    public static string? Said(Event happened) => happened switch
    {
        CaseEvent.Opened e => e.Title,
        CaseEvent.Retitled e => e.Title,
        CaseEvent.VulnerabilityAdded e => Joined(e.Title, e.Cve, e.Cwe),
        CaseEvent.VulnerabilityDescribed e => Joined(e.Title, e.Cve, e.Cwe),
        CaseEvent.VulnerabilityWithdrawn e => e.Reason,
        CaseEvent.VulnerabilityAnalysed e => e.Analysis.RootCause,
        CaseEvent.VulnerabilityScored e => $"{Of(e.Score.Value)}, {e.Score.Vector}",
        CaseEvent.VulnerabilityPrioritised e => $"{e.Priority.Outcome}, by {e.Priority.Tree}: {e.Priority.Path}.",
        CaseEvent.ScoreWaived e => e.Reason,
        CaseEvent.StatusSet e => $"{Of(e.Status)}, {e.Releases.Length} release{(e.Releases.Length == 1 ? "" : "s")}. {e.Reason}",
        CaseEvent.Asserted e => $"{Of(e.Fact)} since {e.Since}. {e.Evidence}",
        CaseEvent.AssertionWithdrawn e => $"{Of(e.Fact)}. {e.Reason}",
        CaseEvent.SafetyJudged e => $"{(e.Judgement.HarmPossible ? "Harm is possible" : "No harm is possible")}. {e.Judgement.Statement}",
        CaseEvent.ReportabilityDecided e => $"{e.Decision.Market}: {(e.Decision.Reportable ? "report" : "no report")}. {e.Decision.Reason}",
        CaseEvent.DisclosureDecided e => $"{(e.Disclose ? "Disclose" : "Do not disclose")}. {e.Reason}",
        CaseEvent.Accepted e => e.Reason,
        CaseEvent.Deferred e => $"Until {e.ReviewOn}. {e.Reason}",
        CaseEvent.Closed e => $"{Of(e.Closure.Reason)}. {e.Closure.Rationale}",
        CaseEvent.ClosedElsewhere e => $"{Of(e.Closure.Reason)}, on {e.On}. {e.Closure.Rationale} Imported, not signed here.",
        CaseEvent.Reopened e => e.Reason,
        _ => null,
    };

    private static string Joined(params IEnumerable<string?> parts) => string.Join(", ", parts.Where(part => part is not null));
}
