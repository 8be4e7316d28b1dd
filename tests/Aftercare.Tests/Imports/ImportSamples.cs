using Aftercare.Imports;
using Aftercare.Ledger;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.Imports;

internal static class ImportSamples
{
    public static ImportedFrom From { get; } = new(Some.Id("import"), "devices.csv", new string('a', 64), 17);

    public static Event[] All =>
    [
        new ImportEvent.Checked("devices", "devices.csv", new BlobRef(Some.Id("file"), new string('a', 64), 4711), new ImportCounts(200, 3, 0), null),
        new ImportEvent.Started(),
        new ImportEvent.BatchRecorded(200, 197),
        new ImportEvent.Stopped(201, "There is no site 'Klinikum Nord' here. Import sites first."),
        new ImportEvent.BatchRecorded(203, 3),
        new ImportEvent.Finished(),
        new ImportEvent.Undone("The list was last year's.", 200),
        new ImportEvent.Abandoned("The wrong list."),
    ];
}
