using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Products;

/// <summary>Decides who answers for a software item from a day on (IEC 81001-5-1 §4.3). Signed, so by people only.</summary>
public static class ClassifyItem
{
    public sealed record Command(Guid Id, int Seen, SoftwareClass Class, Stated From, string Rationale);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(Face.Desk, "/items/{id:guid}/classify", ProductDesk.Roles, Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), fields.OneOf<SoftwareClass>("class"), fields.Stated("from"), fields.Text("rationale", 4000));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<SoftwareItem>(command.Id, command.Seen, stop)).Refused(out var why, out var item))
            return why;
        if (item.Classify(command.Class, command.From, command.Rationale, store.Actor).Refused(out why, out var classified))
            return why;
        return await store.Record(new Done($"/desk/items/{item.Id}", item.Id), stop, Change.To(item, classified));
    }
}
