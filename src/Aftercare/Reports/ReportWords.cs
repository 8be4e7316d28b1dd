namespace Aftercare.Reports;

/// <summary>Where a report comes from: the seven sources of IEC 81001-5-1 §9.2, a to g in this order.</summary>
public enum SourceCategory
{
    /// <summary>(a) Testers in verification and validation of security.</summary>
    Tester,

    /// <summary>(b) Suppliers of third-party components.</summary>
    Supplier,

    /// <summary>(c) The product's own developers and testers.</summary>
    Developer,

    /// <summary>(d) Users: integrators, operators, administrators, maintenance staff.</summary>
    User,

    /// <summary>(e) What devices and sites log, failed verifications included.</summary>
    AuditLog,

    /// <summary>(f) Security researchers.</summary>
    Researcher,

    /// <summary>(g) Notifications of widespread vulnerabilities.</summary>
    Widespread,
}

public static class SourceCategories
{
    /// <summary>As people read it: the word, with the clause's letter in brackets.</summary>
    public static string InWords(this SourceCategory source) => source switch
    {
        SourceCategory.Tester => "Security tester (a)",
        SourceCategory.Supplier => "Component supplier (b)",
        SourceCategory.Developer => "Product developer or tester (c)",
        SourceCategory.User => "Product user (d)",
        SourceCategory.AuditLog => "Audit log or failed check (e)",
        SourceCategory.Researcher => "Security researcher (f)",
        _ => "Widespread vulnerability (g)",
    };
}

/// <summary>The wire by which words travelled, in either direction.</summary>
public enum Channel
{
    /// <summary>The public form and the reporter's private page.</summary>
    WebForm,
    Email,
    Api,
    Telephone,
    Letter,
    Meeting,
    SupportTicket,

    /// <summary>The complaint-handling system.</summary>
    Complaint,
    DeviceLog,

    /// <summary>A site's check of an update or bundle that failed.</summary>
    FailedVerification,
    Feed,
}

/// <summary>How a report reached the desk (IEC 81001-5-1 §9.2: from inside, from outside, or by way of complaint handling).</summary>
public enum ReportRoute
{
    Direct,
    Internal,
    ThroughComplaints,
}

/// <summary>Who in or around the firm heard of it first. Regulatory clocks start there, not at the desk.</summary>
public enum FirstHearer
{
    Desk,
    Employee,
    ServiceEngineer,
    Distributor,
    AuthorisedRepresentative,
}

public enum Answer
{
    Yes,
    No,
    Unknown,
}

/// <summary>The states of report management (RM). Closed is final; a report that is reopened begins a new generation.</summary>
public enum ReportStage
{
    Received,

    /// <summary>Something is missing or it is no vulnerability; the reporter may still add to it.</summary>
    Invalid,
    Valid,
    Accepted,
    Deferred,
    Closed,
}

/// <summary>What was decided about a report.</summary>
public enum Disposition
{
    Case,
    Duplicate,
    NotAVulnerability,
    OutOfScope,
}

/// <summary>Why a report is closed.</summary>
public enum ClosureReason
{
    FixedAndPublished,
    FixedByEarlierRelease,
    Mitigated,
    RiskAccepted,
    Duplicate,
    NotReproducible,

    /// <summary>It goes on as a problem report (IEC 62304 §9).</summary>
    NotAVulnerability,

    /// <summary>Not our product; it was forwarded or the reporter was told to whom to turn.</summary>
    OutOfScope,
    UnsupportedProduct,
    NotAffected,
    Informative,

    /// <summary>What was missing did not come, in spite of reminders.</summary>
    InsufficientInformation,
    WithdrawnByReporter,
    Spam,
}

/// <summary>Why a message is sent to a reporter.</summary>
public enum Purpose
{
    Progress,

    /// <summary>Something is asked; the report waits for the reporter.</summary>
    Question,

    /// <summary>What was decided. A report is not closed before this was told.</summary>
    Outcome,
}

/// <summary>Why a reporter is told nothing.</summary>
public enum NotToldBecause
{
    /// <summary>Left neither address nor private link.</summary>
    Anonymous,

    /// <summary>Did not answer, after several tries.</summary>
    Unreachable,

    /// <summary>One of us, who is told by other ways.</summary>
    Internal,
}

/// <summary>What a passage of a report is about.</summary>
public enum About
{
    Description,
    Product,
    Version,
    Serial,
    Configuration,
    Environment,
    Component,
    HowFound,
    Steps,
    Tools,
    ProofOfConcept,
    Privileges,
    Impact,
    OthersTold,
    PublicationPlan,
    Credit,

    /// <summary>The number under which it stands elsewhere, e.g. a support ticket.</summary>
    Reference,
}
