namespace Aftercare.Server.Reports;

/// <summary>Names the words of the report form and the reporter's private page: <c>ReportText.resx</c>, and <c>.de.resx</c> for German.</summary>
public sealed class ReportText
{
    private ReportText()
    {
    }
}
