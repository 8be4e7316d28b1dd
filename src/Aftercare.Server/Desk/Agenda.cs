using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Server.Desk;

/// <summary>What somebody asks in the morning. Each is answered by lines that say what to do now, until when and where.</summary>
public enum Question
{
    FirstDay,
    Acknowledge,
    ReporterWrote,
    WordDue,
    DecideReports,
    MyReports,
    Complaints,
    MyCases,
    UnassignedCases,
    CasesToReview,
    JudgeSafety,
    DecideReporting,
    DecideDisclosure,
    ApproveAdvisories,
    PublishAdvisories,
    DecideStatements,
    PublishStatements,
    CompleteUpdates,
    FreezeUpdates,
    SignUpdates,
    PublishUpdates,
    OfferUpdates,
    Failures,
    NoAnswer,
    Policy,
    WaysIn,
    Readiness,
    Roles,
    Invitations,
    Tokens,
    Jobs,
}

/// <summary>Which questions each role asks, the first ones first. One table; the page is made from it.</summary>
public static class Agenda
{
    private static readonly ImmutableArray<(Role Role, ImmutableArray<Question> Asks)> Table =
    [
        (Role.Analyst, [Question.Acknowledge, Question.ReporterWrote, Question.WordDue, Question.DecideReports, Question.MyCases]),
        (Role.Lead,
        [
            Question.Acknowledge, Question.WordDue, Question.ReporterWrote, Question.DecideReports, Question.UnassignedCases, Question.CasesToReview, Question.MyCases, Question.DecideDisclosure,
            Question.ApproveAdvisories, Question.DecideStatements, Question.PublishStatements, Question.PublishUpdates, Question.Policy, Question.Jobs,
        ]),
        (Role.Developer, [Question.MyCases, Question.CompleteUpdates]),
        (Role.Quality,
        [
            Question.DecideReporting, Question.Complaints, Question.DecideDisclosure, Question.ApproveAdvisories, Question.DecideStatements, Question.PublishStatements, Question.Policy, Question.WaysIn,
            Question.Roles, Question.Readiness,
        ]),
        (Role.Safety, [Question.JudgeSafety, Question.ApproveAdvisories, Question.MyCases]),
        (Role.Signer, [Question.SignUpdates]),
        (Role.Publisher,
        [
            Question.PublishAdvisories, Question.FreezeUpdates, Question.PublishUpdates, Question.OfferUpdates, Question.Failures, Question.NoAnswer, Question.PublishStatements,
        ]),
        (Role.Support, [Question.Acknowledge, Question.ReporterWrote, Question.WordDue, Question.Failures, Question.NoAnswer, Question.MyReports]),
        (Role.Service, [Question.Failures, Question.NoAnswer, Question.MyReports]),
        (Role.Administrator, [Question.FirstDay, Question.Roles, Question.Jobs, Question.Invitations, Question.Tokens]),
    ];

    /// <summary>The questions of somebody with these roles, each once, at the best place that one of his roles gives it.</summary>
    public static ImmutableArray<Question> For(Func<Role, bool> has) =>
    [
        .. Table.Where(row => has(row.Role)).SelectMany(row => row.Asks.Select((question, place) => (question, place)))
            .GroupBy(one => one.question, one => one.place).OrderBy(one => one.Min()).ThenBy(one => one.Key).Select(one => one.Key),
    ];

    public static string Heading(Question question) => question switch
    {
        Question.FirstDay => "Before the first report arrives",
        Question.Acknowledge => "Reports to acknowledge",
        Question.ReporterWrote => "Reporters who have written",
        Question.WordDue => "Word that we promised to reporters",
        Question.DecideReports => "Reports to decide on",
        Question.MyReports => "What you reported, and what became of it",
        Question.Complaints => "Complaint or not",
        Question.MyCases => "Your cases",
        Question.UnassignedCases => "Cases that nobody is assigned to",
        Question.CasesToReview => "Deferred cases to look at again",
        Question.JudgeSafety => "Safety to judge",
        Question.DecideReporting => "Must a regulator be told?",
        Question.DecideDisclosure => "Disclosure to decide",
        Question.ApproveAdvisories => "Advisories to approve",
        Question.PublishAdvisories => "Approved advisories",
        Question.DecideStatements => "Third-party updates to decide on",
        Question.PublishStatements => "Statements to publish",
        Question.CompleteUpdates => "Updates that miss something",
        Question.FreezeUpdates => "Updates that are complete",
        Question.SignUpdates => "Updates to sign",
        Question.PublishUpdates => "Signed updates",
        Question.OfferUpdates => "Published updates that no site was offered",
        Question.Failures => "Devices that declined or failed",
        Question.NoAnswer => "Offers without an answer",
        Question.Policy => "Disclosure policy",
        Question.WaysIn => "Ways in to try again",
        Question.Readiness => "Readiness",
        Question.Roles => "Roles that wait for a second person",
        Question.Invitations => "Invitations not taken up",
        Question.Tokens => "Tokens that end soon",
        Question.Jobs => "Jobs that failed",
        _ => throw new UnreachableException($"{question} has no heading"),
    };
}
