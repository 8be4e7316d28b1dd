using Aftercare.Cases;
using Aftercare.Server.Platform.Storage;
using Aftercare.Vulnerabilities;

namespace Aftercare.Server.Cases;

/// <summary>A case in the list of cases. The desk's: what is not disclosed is nobody else's.</summary>
public sealed class CaseRow : ViewRow
{
    /// <summary>E.g. <c>C-2026-0007</c>.</summary>
    public string Number { get; set; } = "";
    public string Title { get; set; } = "";
    public CaseStage Stage { get; set; }
    public List<Guid> Products { get; set; } = [];

    /// <summary>Who answers for it, as the ledger names people: <c>person/ID</c>.</summary>
    public List<string> Answerable { get; set; } = [];

    /// <summary>The highest score of its vulnerabilities; null while none is rated.</summary>
    public decimal? Score { get; set; }

    /// <summary>Null until clinical safety has judged.</summary>
    public bool? HarmPossible { get; set; }

    /// <summary>A patient could be harmed, and for no market was it decided whether its regulator must be told.</summary>
    public bool ReportingOpen { get; set; }

    /// <summary>It was accepted, and nobody has decided whether to disclose it.</summary>
    public bool DisclosureOpen { get; set; }

    /// <summary>Somebody is assigned, and not just answers for it because he opened it.</summary>
    public bool Assigned { get; set; }

    /// <summary>The first word of its reports, as it was stated.</summary>
    public string AwareSince { get; set; } = "";

    /// <summary>For ordering, in milliseconds.</summary>
    public long AwareAt { get; set; }

    /// <summary>When a deferred case is looked at again, as it was stated.</summary>
    public string? ReviewOn { get; set; }

    /// <summary>The first thing that it lacks by itself, in words; null when it lacks nothing.</summary>
    public string? Lacks { get; set; }

    internal static View View { get; } = View.Of<Case, CaseRow>("cases",
        @case => [new CaseRow
        {
            Number = @case.Number,
            Title = @case.Title,
            Stage = @case.Stage,
            Products = [.. @case.Products],
            Answerable = [.. @case.Answerable],
            Score = @case.Vulnerabilities.Max(flaw => flaw.Score?.Value),
            HarmPossible = @case.Safety?.HarmPossible,
            ReportingOpen = @case is { Safety.HarmPossible: true, Reportability.IsEmpty: true },
            DisclosureOpen = @case is { Stage: CaseStage.Accepted, Disclosure: null },
            Assigned = @case.Assignees.Length > 0,
            AwareSince = Aware(@case).Since.Text,
            AwareAt = Aware(@case).Since.Earliest.Ms,
            ReviewOn = @case.ReviewOn?.Text,
            Lacks = Duties.OfItself(@case).FirstOrDefault()?.Words,
        }],
        (views, row) => views.Desk,
        row =>
        {
            row.Property(@case => @case.Stage).HasConversion<string>();
            row.Property(@case => @case.Score).HasConversion<double?>();
            row.HasIndex(@case => @case.Stage);
            row.HasIndex(@case => @case.Number);
        });

    private static Assertion Aware(Case @case) => @case.Assertions.First(assertion => assertion.Fact == CaseFact.VendorAware);
}

/// <summary>One report of a case.</summary>
public sealed class CaseReportRow : ViewRow
{
    public Guid Report { get; set; }

    internal static View View { get; } = View.Of<Case, CaseReportRow>("case_reports",
        @case => @case.Reports.Select(report => new CaseReportRow { Part = report.ToString("D"), Report = report }),
        (views, row) => views.Desk,
        row => row.HasIndex(one => one.Report));
}

/// <summary>One vulnerability of a case.</summary>
public sealed class CaseVulnerabilityRow : ViewRow
{
    public Guid Vulnerability { get; set; }
    public string Title { get; set; } = "";
    public string? Cve { get; set; }
    public string? Cwe { get; set; }

    /// <summary>CVSS 3.1 or 3.0; null while it is not rated.</summary>
    public string? Vector { get; set; }

    public decimal? Score { get; set; }

    internal static View View { get; } = View.Of<Case, CaseVulnerabilityRow>("case_vulnerabilities",
        @case => @case.Vulnerabilities.Select(flaw => new CaseVulnerabilityRow
        {
            Part = flaw.Id.ToString("D"),
            Vulnerability = flaw.Id,
            Title = flaw.Title,
            Cve = flaw.Cve,
            Cwe = flaw.Cwe,
            Vector = flaw.Score?.Vector,
            Score = flaw.Score?.Value,
        }),
        (views, row) => views.Desk,
        row =>
        {
            row.Property(flaw => flaw.Score).HasConversion<double?>();
            row.HasIndex(flaw => flaw.Cve);
        });
}

/// <summary>What is said of one release and one vulnerability. A release without a row is under investigation.</summary>
public sealed class CaseStatusRow : ViewRow
{
    public Guid Vulnerability { get; set; }
    public Guid Release { get; set; }
    public ProductStatus Status { get; set; }
    public Justification? Justification { get; set; }
    public Remedy? Remedy { get; set; }
    public string Reason { get; set; } = "";

    internal static View View { get; } = View.Of<Case, CaseStatusRow>("case_statuses",
        @case => @case.Statuses.Select(status => new CaseStatusRow
        {
            Part = $"{status.Vulnerability:N}{status.Release:N}",
            Vulnerability = status.Vulnerability,
            Release = status.Release,
            Status = status.Status,
            Justification = status.Justification,
            Remedy = status.Remedy,
            Reason = status.Reason,
        }),
        (views, row) => views.Desk,
        row =>
        {
            row.Property(status => status.Status).HasConversion<string>();
            row.Property(status => status.Justification).HasConversion<string>();
            row.Property(status => status.Remedy).HasConversion<string>();
            row.HasIndex(status => status.Release);
        });
}
