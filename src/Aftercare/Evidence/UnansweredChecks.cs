using System.Collections.Immutable;

namespace Aftercare.Evidence;

/// <summary>What these clauses ask for and no record here can answer yet. Each is answered elsewhere, or signed as not applicable, or stays open.</summary>
public static class UnansweredChecks
{
    public static ImmutableArray<Check> All { get; } =
    [
        new UnansweredCheck("A611-01", "6.1.1", "A policy in force says in numbers, for each tier, within what time updates are delivered and within what time they are qualified.",
            PotentialSeverity.Major, "No policy of times by tier is kept here; the disclosure policy promises answers, not updates."),
        new UnansweredCheck("A611-02", "6.1.1", "The tiers follow from effect on the patient, public knowledge, published exploits, number of devices and effective controls outside.",
            PotentialSeverity.Major, "No rule that leads to a tier is kept here, so its factors cannot be compared."),
        new UnansweredCheck("A611-04", "6.1.1", "Each update is delivered by its due date, or a deviation was approved before that.",
            PotentialSeverity.Major, "No due date of an update and no deviation is kept here."),
        new UnansweredCheck("A611-05", "6.1.1", "When a factor changes, such as an exploit being published, open cases get their new tier within a working day.",
            PotentialSeverity.Minor, "No tier is kept here that could be compared with the day of the change."),
        new UnansweredCheck("A632-04", "6.3.2", "Updates go out by channels that are on the approved list, and the repository's metadata is fresh.",
            PotentialSeverity.Minor, "No approved list of channels is kept here. Whether the metadata is fresh is part of A633-01 and A633-03."),
        new UnansweredCheck("A632-05", "6.3.2", "Sites that do not answer are asked again, by a second channel.",
            PotentialSeverity.Minor, "Each notice of a delivery is on record with its channel, but not yet gathered by site so that it could be judged."),
        new UnansweredCheck("A633-02", "6.3.3", "Operators can check an update: instructions, a tool, and the fingerprint of the first key by a second way.",
            PotentialSeverity.Major, "Where else the fingerprint was published is not kept here."),
        new UnansweredCheck("A633-04", "6.3.3", "Tests on record show that the client which was shipped refuses old, frozen and mixed metadata.",
            PotentialSeverity.Minor, "No results of tests of a shipped client are kept here."),
        new UnansweredCheck("A633-07", "6.3.3", "Changing keys, and losing one, was rehearsed in the interval.",
            PotentialSeverity.Minor, "No rehearsal is kept here; a change of the root that was carried out is no rehearsal of a loss."),
        new UnansweredCheck("A633-08", "6.3.3", "Updates that travel on media carry the same signatures.",
            PotentialSeverity.Major, "Which media were handed out, and what was on them, is not kept here."),
        new UnansweredCheck("A91-02", "9.1", "A written and approved procedure for handling vulnerabilities is in force.",
            PotentialSeverity.Major, "No register of the manufacturer's own procedures is kept here."),
        new UnansweredCheck("A92-11", "9.2", "Each complaint that may be about security becomes a report, or somebody signs that it is not.",
            PotentialSeverity.Major, "Complaints are kept in another system, and none of them is known here until it is a report."),
        new UnansweredCheck("A92-13", "9.2", "The public key for confidential reports has not expired, is the same wherever it is named, and a test has shown that we can read what is sent.",
            PotentialSeverity.Minor, "No such key and no test of one is kept here."),
        new UnansweredCheck("A92-14", "9.2", "For each product family that writes an audit log, something looks for signs of attack and makes reports of them.",
            PotentialSeverity.Minor, "Neither which products write an audit log nor what looks at it is kept here."),
        new UnansweredCheck("A92-15", "9.2", "Each notice of a widespread vulnerability that was found relevant becomes a report.",
            PotentialSeverity.Minor, "No feed of public notices is watched here, so nothing says which were relevant."),
        new UnansweredCheck("A92-16", "9.2", "Attachments are looked through for data about patients, and what has some is set apart.",
            PotentialSeverity.Observation, "Nothing looks through attachments here, and no result of such a look is kept."),
        new UnansweredCheck("A92-17", "9.2", "Each confirmed case names its problem report (IEC 62304 §9).",
            PotentialSeverity.Major, "A case has no place for the number of its problem report, except when it is closed as no vulnerability."),
    ];
}
