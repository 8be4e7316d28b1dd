using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Imports;

/// <summary>A record that was taken back with its import: what it said and what happened to it. Every old link to it leads here.</summary>
public static class ShowTakenBack
{
    /// <param name="Said">What its first entry said, by member; ids of other records are left out.</param>
    public sealed record Model(string Noun, ImportedFrom From, ImmutableArray<(string Name, string Value)> Said, ImmutableArray<TimelineItem> History);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<TakenBackPage, Model>(Face.Desk, "/taken-back/{id:guid}", Allowed.Desk, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var entries = await store.TakenBack(fields.Id("id"), stop);
        if (entries.IsEmpty)
            return Refusal.Invisible;
        var kind = entries[0].Kind;
        return new Model(kind[..kind.IndexOf('.', StringComparison.Ordinal)], entries.Select(entry => entry.Event).OfType<IImported>().First().From, Said(entries[0].Event), await Chronicle.Of(store, entries, _ => null, stop));
    }

    private static ImmutableArray<(string Name, string Value)> Said(Event began) =>
    [
        .. from member in JsonSerializer.SerializeToNode(began, began.GetType(), Entry.BodyJson)!.AsObject()
           where member.Value is JsonValue && !Guid.TryParse(member.Value.ToString(), out _)
           select (Plain(member.Key), member.Value!.ToString()),
    ];

    // "Udi di" for udiDi.
    private static string Plain(string name) => string.Concat(name.Select((c, i) => i == 0 ? $"{char.ToUpperInvariant(c)}" : char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"));
}
