using Aftercare.Ledger;
using Aftercare.Tests.Ledger;
using Aftercare.Updates;
using Aftercare.Vulnerabilities;

namespace Aftercare.Tests.Updates;

internal static class UpdateSamples
{
    internal static readonly UpdateDocument Document = new(
        "The parser checks lengths.", "A packet could stop the pump.", Severity.High, "Regression and fuzzing, passed.", "Run the installer.", 5, "Install 4.2.0.", "None.", "None known.");

    internal static readonly PackageFile File = new("pump/4.2.1/pump.bin", 3145728, new string('a', 64), new string('b', 128));

    internal static readonly BlobRef Drafts = new(Some.Id("drafts"), new string('c', 64), 4096);

    public static Event[] All =>
    [
        new UpdateEvent.Drafted("U-2026-0003", Some.Id("product"), Some.Id("4.2.1"), [Some.Id("4.2.0")], UpdatePurpose.Security, "Mends the parser", Open: true),
        new UpdateEvent.Described(Document),
        new UpdateEvent.FixesNamed([new Fix(Some.Id("case"), Some.Id("vulnerability"), "CVE-2026-1234")]),
        new UpdateEvent.FileAdded(File),
        new UpdateEvent.FileRemoved(File.Path),
        new UpdateEvent.Submitted([new RoleToSign("targets", 1, new string('d', 64)), new RoleToSign("pump", 1, new string('e', 64))], Drafts),
        new UpdateEvent.Returned("The wrong file."),
        new UpdateEvent.SignatureCollected(new string('f', 64), "Anna", [new RoleSigned("targets", "3045"), new RoleSigned("pump", "3046")]),
        new UpdateEvent.Published(7),
        new UpdateEvent.Withdrawn("It stops the alarm."),
    ];
}
