using System.Collections.Immutable;
using Aftercare.Csaf;
using Aftercare.Json;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Reports;

/// <summary>
/// A supplier's or coordinator's CSAF 2.0 advisory becomes a report (IEC 81001-5-1 §9.2 b). A document that breaks a rule of CSAF is still
/// worth reading; one that cannot be read is refused with the place of each fault, and nothing is kept.
/// </summary>
public static class ReceiveCsaf
{
    /// <param name="File">The document, sealed already.</param>
    /// <param name="FirstHeard">Null: now.</param>
    public sealed record Command(UploadedFile? File, SourceCategory Source, Channel? Channel, Stated? FirstHeard, Guid? Product);

    public sealed record Model(IReadOnlyList<ChoiceOption> Products);

    private const int MaxFaultsTold = 20;

    /// <summary>The ways by which such a document reaches a person.</summary>
    internal static readonly ImmutableArray<Channel> Channels = [Channel.Feed, Channel.Email, Channel.Letter, Channel.SupportTicket];

    private static readonly ImmutableArray<Role> Roles = [Role.Support, Role.Analyst, Role.Lead, Role.Developer];

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<ReceiveCsafPage, Model>(Face.Desk, "/reports/csaf", Roles, async (store, _, stop) => new Model(await ProductChoices.Of(store, stop)));
        app.Map(new Change<Command>(Face.Desk, "/reports/csaf", Roles, Parse, Handle) { Files = new FileLimits(1, CsafDocument.Limits.MaxBytes) });
    }

    private static Command Parse(Fields fields)
    {
        if (fields.Files.IsEmpty)
            fields.Fault("advisory", "Choose the document.");
        return new Command(
            fields.Files.FirstOrDefault(), fields.OneOfOrNull<SourceCategory>("source") ?? SourceCategory.Supplier, fields.OneOfOrNull<Channel>("channel"),
            fields.StatedOrNull("firstHeard"), fields.IdOrNull("product"));
    }

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        var bytes = new byte[command.File!.Blob.Length];
        await using (var plain = store.Open(command.File.Blob))
            await plain.ReadExactlyAsync(bytes, stop);
        if (!CsafDocument.TryRead(bytes, out var document, out var faults))
        {
            store.Discard(command.File.Blob);
            return Refusal.Malformed([.. faults.Take(MaxFaultsTold).Select(fault => new Fault(fault.Pointer.Length == 0 ? "advisory" : fault.Pointer, fault.Message))]);
        }
        var broken = CsafRules.Faults(StrictJson.Parse(bytes, CsafDocument.Limits)).Length;
        var telling = new Telling(
            command.Source, command.Channel ?? (store.Actor.Has(Role.Machine) ? Channel.Api : Channel.Feed), ReportRoute.Direct, command.FirstHeard, FirstHearer.Desk, Answer.Unknown,
            command.Product, CsafReading.Contact(document), CsafReading.Passages(document), [])
        {
            Language = document.Document.Lang is { Length: <= 10 } language ? language : null,
            Document = command.File,
            Advisory = CsafReading.Advisory(document, broken),
        };
        return await EnterReport.Handle(store, telling, stop);
    }
}
