using System.Collections.Immutable;
using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Evidence;

/// <summary>The clause checks and the records that fall short, for quality alone: nobody grades himself in front of others, unless quality shares it with an audit.</summary>
public static class ShowReadiness
{
    /// <param name="At">The moment of evaluation.</param>
    /// <param name="Past">Looking back: what can only be tried now was not judged, and nothing can be decided.</param>
    /// <param name="Products">Names by id.</param>
    /// <param name="People">Names by id, of those who signed waivers.</param>
    /// <param name="MayDecide">Whether whoever looks decides about the checks.</param>
    public sealed record Model(ImmutableArray<Finding> Findings, Readiness? Readiness, Instant At, bool Past, bool MayDecide, Dictionary<Guid, string> Products, Dictionary<Guid, string> People)
    {
        public string NameOf(string actor) => Chronicle.PersonOf(actor) is { } id ? People.GetValueOrDefault(id, "(erased)") : actor;
    }

    internal static void Map(IEndpointRouteBuilder app)
    {
        var examination = app.ServiceProvider.GetRequiredService<Examination>();
        app.MapPage<ReadinessPage, Model>(Face.Desk, "/readiness", [Role.Quality], (store, _, stop) => Load(examination, store, stop));
        app.MapPage<ReadinessPage, Model>(Face.Audit, "/readiness", [Role.Auditor],
            async (store, _, stop) => store.Viewer.Room is { Readiness: true } ? await Load(examination, store, stop) : Refusal.Invisible);
    }

    /// <summary>Where the desk shows a record that falls short.</summary>
    internal static string AddressOf(Examinee record) => record.Noun switch
    {
        "organisation" => "/desk/channels",
        "source" => "/desk/sources",
        "people" => "/desk/people",
        "policy" => "/desk/policy",
        var noun => $"/desk/{noun}s/{record.Id:D}",
    };

    private static async Task<Outcome<Model>> Load(Examination examination, Store store, CancellationToken stop)
    {
        var findings = await examination.Run(store, stop);
        var readiness = await store.Find<Readiness>(Readiness.TheOne, stop);
        var signers = findings.Select(finding => finding.Waiver?.By).OfType<string>().Select(Chronicle.PersonOf).OfType<Guid>().Distinct().ToList();
        var past = store.Viewer.AsOf is not null;
        return new Model(findings, readiness, past && await store.Checkpoint(stop) is { } checkpoint ? new Instant(checkpoint.At) : store.Now, past, !past && store.Actor.Has(Role.Quality),
            await (await store.Rows<ProductRow>(stop)).OrderBy(row => row.Name).ToDictionaryAsync(row => row.Subject, row => row.Name, stop),
            (await store.ContactsOf(signers, stop)).ToDictionary(pair => pair.Key, pair => pair.Value.Name));
    }
}
