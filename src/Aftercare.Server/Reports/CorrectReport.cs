using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Reports;

/// <summary>Corrects source, product or harm; what was received stays on record.</summary>
public static class CorrectReport
{
    public sealed record Command(Guid Id, int Seen, SourceCategory? Source, Guid? Product, Answer? PatientHarm, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/reports/{id:guid}/correct", Allowed.Desk, Parse, Handle));

    private static Command Parse(Fields fields) => new(
        fields.Id("id"), fields.Seen(), fields.OneOfOrNull<SourceCategory>("source"), fields.IdOrNull("product"), fields.OneOfOrNull<Answer>("patientHarm"), fields.Text("reason", 4000));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Report>(command.Id, command.Seen, stop)).Refused(out var why, out var report))
            return why;
        if (command.Product is { } product && !await (await store.Rows<ProductRow>(stop)).AnyAsync(row => row.Subject == product, stop))
            return Refusal.Malformed("product", "We have no such product.");
        return report.Correct(command.Source, command.Product, command.PatientHarm, command.Reason, store.Actor).Refused(out why, out var decided)
            ? why
            : await store.Record(new Done($"/desk/reports/{report.Id}", report.Id, report.Number), stop, Change.To(report, decided));
    }
}
