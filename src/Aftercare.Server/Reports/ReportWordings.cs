using System.Globalization;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Reports;

/// <summary>What stood in an entry, for the history.</summary>
internal static class ReportWordings
{
    internal static string? Of(Event happened, IReadOnlyDictionary<Guid, string> texts) => happened switch
    {
        ReportEvent.Received e => $"{e.Source.InWords()}, by {Plain(e.Channel)}.",
        ReportEvent.Acknowledged e => $"By {Plain(e.Via)}, on {Day(e.On)}. {(e.Text is null ? "" : Text(e.Text, texts))}",
        ReportEvent.Validated e => e.Finding,
        ReportEvent.Invalidated e => e.Missing,
        ReportEvent.Dismissed e => $"{Words.Plain(e.As)}. {e.Reason}",
        ReportEvent.Deferred e => $"Until {Day(e.ReviewOn)}. {e.Reason}",
        ReportEvent.Corrected e => Corrected(e),
        ReportEvent.ComplaintDetermined e => $"{(e.IsComplaint ? "A complaint" : "Not a complaint")}{(e.Reference is null ? "" : $" ({e.Reference})")}. {e.Reason}",
        ReportEvent.ReporterTold e => $"{Words.Plain(e.Purpose)}, by {Plain(e.Via)}: {Text(e.Text, texts)}",
        ReportEvent.ReporterNotTold e => $"{Words.Plain(e.Because)}. {e.Reason}",
        ReportEvent.ReporterWrote e => $"{Text(e.Text, texts)}{(e.Attachments.Length == 0 ? "" : $" (with {e.Attachments.Length} files)")}",
        ReportEvent.MailChosen e => e.Wanted ? "Takes mails about it again." : "Wants no more mails about it.",
        ReportEvent.Closed e => $"{Words.Plain(e.As)}. {e.Rationale}",
        ReportEvent.Reopened e => e.Reason,
        _ => null,
    };

    private static string Corrected(ReportEvent.Corrected e)
    {
        var changes = new[] { e.Source?.InWords(), e.Product is null ? null : "product", e.PatientHarm is { } harm ? $"harm to patients: {Plain(harm)}" : null };
        return $"{string.Join(", ", changes.OfType<string>())}. {e.Reason}";
    }

    private static string Plain<T>(T value) where T : struct, Enum => Words.Plain(value).ToLowerInvariant();

    private static string Day(Stated said) => TimeText.OfStated(said.Text, CultureInfo.InvariantCulture);

    private static string Text(TextRef text, IReadOnlyDictionary<Guid, string> texts) => texts.GetValueOrDefault(text.Id) ?? "(erased)";
}
