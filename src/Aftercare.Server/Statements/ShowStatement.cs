using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Notices;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Updates;

namespace Aftercare.Server.Statements;

/// <summary>One statement: the verdict, what it stands on, what to do meanwhile, and who decided.</summary>
public static class ShowStatement
{
    public sealed record Model(
        Statement Statement, SoftwareItem Item, Product Product, Release Release, ImmutableDictionary<string, Step<StatementStage>> Steps, Refusal? PublishBar,
        ListNotices.Count Notices, ImmutableArray<TimelineItem> History);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<StatementPage, Model>(Face.Desk, "/statements/{id:guid}", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Statement>(fields.Id("id"), stop) is not { } statement)
            return Refusal.Invisible;
        var item = (await store.Find<SoftwareItem>(statement.Item, stop))!;
        return new Model(
            statement, item, (await store.Find<Product>(item.Product, stop))!, (await store.Find<Release>(statement.Release, stop))!,
            Statement.Life.Open(statement.Stage, store.Actor).ToImmutableDictionary(step => step.Name),
            statement.Publish(store.Actor).Refused(out var why, out _) ? why : null,
            await ListNotices.Of(store, statement.Id, stop), await Chronicle.Of<Statement>(store, statement.Id, Said, stop));
    }

    private static string? Said(Event happened) => happened switch
    {
        StatementEvent.Decided e => $"{Words.Plain(e.Verdict)}.",
        StatementEvent.Superseded e => e.Reason,
        StatementEvent.Listed e => $"The list says: {Words.Plain(e.Verdict).ToLowerInvariant()}. Not signed here.",
        _ => null,
    };
}
