using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Platform;

namespace Aftercare.Server.Demo;

/// <summary>A way into the installation from a stop of the tour.</summary>
/// <param name="As">The role that is signed in first; null: no account is needed.</param>
public sealed record TourDoor(Role? As, string Label, string Href);

/// <summary>One stop of the tour.</summary>
/// <param name="Who">Who one is there.</param>
/// <param name="Commands">For a terminal, in this order.</param>
/// <param name="Done">What the record shows of it; null: nothing yet.</param>
public sealed record TourStop(string Title, string Why, string Who, string Do, ImmutableArray<TourDoor> Doors, ImmutableArray<string> Commands, string See, string? Done)
{
    /// <summary>Why the record can never show it; null: it can.</summary>
    public string? Traceless { get; init; }
}

/// <summary>The ten stops, in the order of the story.</summary>
internal static class Tour
{
    public const string Device = "P4-20001";
    private const string Site = "aftercare-site";
    private const string Package = "downloads/infusio-p4/4.2.1/infusio-4.2.1.bin";

    /// <param name="command">Where the command <c>aftercare</c> lies.</param>
    /// <param name="statements">The fingerprint of the key that signs packs.</param>
    /// <param name="putBack">A changed byte of the record was found and put back.</param>
    public static ImmutableArray<TourStop> Stops(TourFacts facts, Installation installation, string command, string statements, bool putBack) =>
    [
        new("Somebody reports a flaw, without a name",
            "Whoever finds something needs no account, no script and no lawyer; he gets a number and a way back.",
            "Anybody", "Fill in the form; say that you stay anonymous, and send it.", [new(null, "The report form", "/report")], [],
            "A number like R-2026-0009, and a private page of your own.", facts.Told is { } told ? $"{told.Number} has arrived." : null),
        new("The same report at the desk",
            "The clock runs from the first word, and the answer is one click away.",
            "Ana Brandt, analyst", "Open your report and acknowledge it.", [new(Role.Analyst, "The report at the desk", facts.Told is { } there ? $"/desk/reports/{there.Subject:D}" : "/desk/reports")], [],
            "Your words, what is promised to you and by when. Beside it in the list: a ticket that lay nine days elsewhere, and is overdue for that reason.",
            facts.Told is { AcknowledgedAt: not null } answered ? $"{answered.Number} is acknowledged; its private page says so." : null),
        new("From the status table to an advisory",
            "Which release is affected is said once, and everything that goes out follows from it.",
            "Ana Brandt, analyst", "Look at which releases are affected, then draft an advisory.",
            [new(Role.Analyst, "A case without an advisory", $"/desk/cases/{facts.Untold:D}"), new(null, $"How {facts.Advisory} reads outside", $"/advisories/{facts.Advisory}")], [],
            "A draft that holds the table already. What was published stands as a page and as CSAF 2.0.", facts.Drafted is { } drafted ? $"{drafted} is drafted." : null),
        new("May I install this?",
            "A hospital asks about a Windows update; a bare no would leave it alone with the flaw.",
            "Olga Nowak, Marienhospital", "Ask, then read the notice on the portal and say that you have read it.",
            [new(null, $"Ask about {DemoStory.NotApproved}", $"/may-i-install?release={facts.Release:D}&update={DemoStory.NotApproved}"), new(Role.Operator, "The notices on the portal", "/portal/notices")], [],
            "Not approved, why, what to do instead, and when we look again.", facts.Read ? "The hospital has read it." : null),
        new("Twelve devices, and what to do today",
            "A hospital wants to know: mine? may I? how long is it down? what meanwhile?",
            "Olga Nowak, Marienhospital", "Choose a device and say that you will install the update.",
            [new(Role.Operator, $"{facts.Update} on the portal", $"/portal/updates/{facts.Update}"), new(Role.Operator, "My devices", "/portal")], [],
            "Which of the twelve are affected, and twelve minutes out of use each.", facts.Answered > 0 ? $"{Devices(facts.Answered)} answered for." : null),
        new("Download and verify",
            "Two people have signed the update, each with a key of his own; no server can put another in its place.",
            "Olga Nowak's computer", "Get a code on the page for computers, and put it behind the last word of the second command.", [new(Role.Operator, "A code for a computer", "/portal/access")],
            [
                $"cd \"$(mktemp -d)\" && aftercare() {{ dotnet {Quoted(command)} \"$@\"; }}",
                $"aftercare trust --server {installation.PublicUrl} --site-dir {Site} --root-sha256 {facts.RootSha256} --allow-test --code",
                $"aftercare get {facts.Update} --site-dir {Site} --dir downloads --device {Device}",
            ],
            "The first command names the program, for this terminal. Then: verified, and by whom it was signed. The fingerprint is the one on /keys; in earnest it is printed in the instructions for use.",
            facts.Verified is { } verified ? $"Verified for device {verified}." : null),
        new("Flip one byte",
            "A package that was changed on its way must not get as far as a patient, and the maker must hear of it.",
            "Olga Nowak's computer", "In the same terminal: change one bit of the file, and check it as if it had come on a stick.",
            facts.Failed is { } failed ? [new(Role.Analyst, $"{failed.Number} at the desk", $"/desk/reports/{failed.Subject:D}")] : [],
            [
                $"printf \"\\\\$(printf %03o $(( $(od -An -tu1 -j 4711 -N 1 {Package}) ^ 1 )))\" | dd of={Package} bs=1 seek=4711 conv=notrunc status=none",
                $"aftercare verify {Package} --update {facts.Update} --site-dir {Site} --device {Device}",
            ],
            "NOT VERIFIED, do not install. The hospital's signed word about it has opened a report at the desk by itself.",
            facts.Failed is { } report ? $"{report.Number} has arrived from the hospital." : null),
        new("The auditor's way",
            "From a clause to the record behind it: who knew what, when, and what was done.",
            "Quinn Ebert, quality; then Aud Jensen, auditor", "Follow §9.2: what falls short, the seven sources, every report, then one whole chain. Make its evidence pack.",
            [
                new(Role.Quality, "Checks of §9.2", "/desk/readiness"), new(Role.Auditor, "Seven sources, heard or silent", "/audit/sources"),
                new(Role.Auditor, "Every report", "/audit/register"), new(Role.Auditor, $"The chain of {facts.Chain.Number}", $"/audit/chains/{facts.Chain.Id:D}"),
            ], [],
            "Gaps are shown as gaps. One page leads from the report to the devices, each step with its place in the log.", facts.Packed ? "An evidence pack was made." : null),
        new("Somebody changes the database",
            "Whoever holds the database could make a late report look early. He would be found out.",
            "Whoever runs the server", "Change one byte of the ticket's entry past the program, see it found, and put it back.", [new(null, "The record, checked", "/demo/record")], [],
            "The check names the entry whose bytes are not those of the log.", putBack ? "It was found, and put back." : null),
        new("The pack, checked without us",
            "Evidence that only its maker can check is no evidence.",
            "Aud Jensen, auditor", "In the folder where your browser has put the pack, in a terminal that knows the command of stop 6. The server may be off.", [],
            [$"aftercare audit verify evidence-{facts.Chain.Number}.zip --keys \"{statements}\""],
            "By whom the pack was signed, and that every member is as it was.", null) { Traceless = "This leaves no trace with us, and so no tick: that is the point." },
    ];

    private static string Devices(int count) => count == 1 ? "1 device is" : $"{count} devices are";

    private static string Quoted(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
