using Aftercare.Advisories;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Advisories;

/// <summary>Begins an advisory about the vulnerabilities of a case.</summary>
public static class DraftAdvisory
{
    public sealed record Command(Guid Case, string? Title);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/cases/{id:guid}/advisories", Allowed.Desk, Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.TextOrNull("title", Limits.Title));

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if (await store.Find<Case>(command.Case, stop) is not { } @case)
            return Refusal.Invisible;
        var organisation = await (await store.Rows<OrganisationRow>(stop)).SingleAsync(stop);
        var number = await store.Number($"{organisation.Prefix}-SA", organisation.TimeZone, stop);
        if (Advisory.Draft(number, @case.Id, command.Title ?? @case.Title, store.Actor).Refused(out var why, out var drafted))
            return why;
        var id = Store.NewId();
        return await store.Record(new Done(AdvisoryDesk.PageOf(id), id, number), stop, Change.Begin(id, drafted));
    }
}
