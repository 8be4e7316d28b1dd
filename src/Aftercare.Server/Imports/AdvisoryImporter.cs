using System.Text;
using Aftercare.Advisories;
using Aftercare.Csaf;
using Aftercare.Imports;
using Aftercare.Ledger;
using Aftercare.Server.Advisories;
using Aftercare.Server.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Imports;

/// <summary>Advisories that were published before this record began: CSAF documents, kept as they are.</summary>
internal sealed class AdvisoryImporter() : Importer<PastAdvisory, PastAdvisoryRow>(ImportKinds.Advisories, "/desk/past-advisories/{0:D}")
{
    /// <value>20 places of one document are told.</value>
    private const int MaxFaultsTold = 20;

    private static readonly BlobRef NotKeptYet = new(Guid.Empty, "", 0);

    public override async Task<List<Judged>> Judge(Store store, IReadOnlyList<ImportLine> lines, bool alone, CancellationToken stop)
    {
        if (alone)
            await store.Alone("past-advisory.number", stop);
        var here = (await (await store.Rows<PastAdvisoryRow>(stop)).Select(row => new { row.Publisher, row.Number, row.Sha256 }).ToListAsync(stop)).ToLookup(row => KeyOf(row.Publisher, row.Number), row => row.Sha256);
        var ours = await (await store.Rows<AdvisoryRow>(stop)).Select(row => row.Number).ToHashSetAsync(stop);
        return [.. lines.Select(line => Judge(line, here, ours))];
    }

    public override async Task<Change> Begin(Store store, Judged judged, ImportedFrom from, CancellationToken stop)
    {
        var id = Store.NewId();
        using var json = new MemoryStream(Bytes(judged.Line));
        var kept = await store.KeepBlob(id, await store.SaveBlob(json, ImportFile.MaxBytes, stop), "advisory.json", "application/json", stop);
        return Change.Begin(id, [(PastAdvisoryEvent.Entered)judged.New[0] with { Document = kept }, new PastAdvisoryEvent.Imported(from)]);
    }

    protected override Refusal? Registering(Actor by) => PastAdvisory.Life.Bars("enter", null, null, by);

    protected override string NameOf(PastAdvisoryRow row) => row.Number;

    protected override Task<List<(IEnumerable<Guid> Used, string By)>> Uses(Store store, CancellationToken stop) => Task.FromResult(new List<(IEnumerable<Guid>, string)>());

    private static byte[] Bytes(ImportLine line) => Encoding.UTF8.GetBytes(line.Text(ImportFile.Document));

    private static string KeyOf(string publisher, string number) => $"{publisher}\n{number}";

    private static Judged Judge(ImportLine line, ILookup<string, string> here, HashSet<string> ours)
    {
        var bytes = Bytes(line);
        if (!CsafDocument.TryRead(bytes, out var document, out var broken))
            return Refused(line, [.. broken.Take(MaxFaultsTold).Select(fault => line.Fault(null, fault.Pointer.Length == 0 ? fault.Message : $"{fault.Pointer}: {fault.Message}"))]);
        if (PastAdvisory.Enter(Said(document), NotKeptYet, Actor.System).Refused(out var why, out var entered))
            return Refused(line, why);
        var said = ((PastAdvisoryEvent.Entered)entered).Said;
        if (ours.Contains(said.Number))
            return Refused(line, [line.Fault(null, $"{said.Number} was made here: an import adds and never changes.")]);
        var key = KeyOf(said.Publisher, said.Number);
        return here[key].FirstOrDefault() is { } sha256
            ? Here(line, key, (ImportFile.Document, sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))))
            : new Judged(line, key, [entered], []);
    }

    private static PastAdvisorySaid Said(CsafDocument document)
    {
        var (tracking, reading) = (document.Document.Tracking, new AdvisoryReading(document));
        return new PastAdvisorySaid(
            document.Document.Publisher.Name, tracking.Id, document.Document.Title, tracking.Version, Instant.From(tracking.InitialReleaseDate), Instant.From(tracking.CurrentReleaseDate),
            reading.Worst, [.. document.Vulnerabilities.Select(flaw => flaw.Cve).OfType<string>()],
            [.. document.Vulnerabilities.SelectMany(flaw => reading.NamesOf(flaw.ProductStatus?.KnownAffected ?? []))]);
    }
}
