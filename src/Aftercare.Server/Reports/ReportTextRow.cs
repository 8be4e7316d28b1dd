using Aftercare.Reports;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Reports;

/// <summary>An erasable text of a report: whose it is, and so who may see it.</summary>
public sealed class ReportTextRow : ViewRow
{
    public Guid Text { get; set; }

    internal static View View { get; } = View.Of<Report, ReportTextRow>("report_texts",
        report => report.Received.Passages.Select(passage => passage.Text).Concat(report.Messages.Select(message => message.Text))
            .Select(text => text.Id).Distinct().Select(id => new ReportTextRow { Part = id.ToString("N"), Text = id }),
        (views, row) => views.Desk || row.Subject == views.Report,
        row => row.HasIndex(one => one.Text));
}
