using System.Collections.Immutable;
using Aftercare.Advisories;
using Aftercare.Cases;
using Aftercare.Deliveries;
using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Advisories;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Reports;
using Aftercare.Server.Sites;
using Aftercare.Server.Updates;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Evidence;

/// <summary>One subject of a chain.</summary>
/// <param name="Noun">As the ledger names it.</param>
/// <param name="Label">As people call it.</param>
/// <param name="Href">Where the desk shows it.</param>
public sealed record ChainSubject(string Noun, Guid Id, string Label, string Href);

/// <summary>Something that happened to a subject, with all that vouches for it.</summary>
/// <param name="Stated">What somebody said of the time, in his own words; null: only we recorded it.</param>
/// <param name="Who">The role, and the name where the page may show it.</param>
/// <param name="Meaning">What the signature says; null: it is not signed.</param>
/// <param name="Index">Its place in the log; null: it waits for the log.</param>
/// <param name="Covered">Whether the checkpoint of the chain covers it.</param>
public sealed record ChainStep(string What, string? Said, Instant At, string? Stated, string Who, string? Meaning, long? Index, bool Covered);

public sealed record ChainLink(ChainSubject Subject, ImmutableArray<ChainStep> Steps);

/// <summary>One stretch of the way.</summary>
/// <param name="More">Subjects that are not shown here for their number.</param>
public sealed record ChainPart(string Title, string Nothing, ImmutableArray<ChainLink> Links, int More);

/// <summary>The whole way of one case: reports, case, advisory, updates, deliveries, and the packs that were made of it.</summary>
public sealed record Chain(Case Case, ImmutableArray<ChainPart> Parts, CheckpointRecord? Checkpoint);

/// <summary>Finds what belongs to a case, in the order of the story.</summary>
internal static class Chains
{
    /// <value>25 of a kind are shown on the page; a pack holds all.</value>
    private const int MostShown = 25;

    /// <summary>Every subject of the chain, by part.</summary>
    public static async Task<ImmutableArray<(string Title, string Nothing, List<ChainSubject> Subjects)>> Subjects(Store store, Case @case, CancellationToken stop)
    {
        var updates = await Updates(store, @case.Id, stop);
        return
        [
            ("Reports", "No report.", await Reports(store, @case, stop)),
            ("Case", "", [new ChainSubject(Case.Noun, @case.Id, $"{@case.Number}, {@case.Title}", $"/desk/cases/{@case.Id:D}")]),
            ("Advisory", "No advisory speaks of it.", await Advisories(store, @case.Id, stop)),
            ("Updates", "No update mends it.", updates),
            ("Deliveries", "Nothing was delivered.", await Deliveries(store, [.. updates.Select(update => update.Id)], stop)),
            ("Evidence packs", "No pack was made before.", await Packs(store, @case.Id, stop)),
        ];
    }

    public static async Task<Chain?> Find(Store store, Guid id, bool names, CancellationToken stop)
    {
        if (await store.Find<Case>(id, stop) is not { } @case)
            return null;
        var checkpoint = await store.Checkpoint(stop);
        var parts = ImmutableArray.CreateBuilder<ChainPart>();
        foreach (var (title, nothing, subjects) in await Subjects(store, @case, stop))
        {
            var links = ImmutableArray.CreateBuilder<ChainLink>();
            foreach (var subject in subjects.Take(MostShown))
                links.Add(new ChainLink(subject, await Steps(store, subject, checkpoint?.Size ?? 0, names, stop)));
            parts.Add(new ChainPart(title, nothing, links.ToImmutable(), Math.Max(0, subjects.Count - MostShown)));
        }
        return new Chain(@case, parts.ToImmutable(), checkpoint);
    }

    public static Noun NounOf(ChainSubject subject) => Nouns.All.First(noun => noun.Name == subject.Noun);

    private static async Task<List<ChainSubject>> Reports(Store store, Case @case, CancellationToken stop)
    {
        var ids = @case.Reports.ToList();
        var rows = await (await store.Rows<ReportRow>(stop)).Where(row => ids.Contains(row.Subject)).OrderBy(row => row.ReceivedAt).Select(row => new { row.Subject, row.Number, row.Source }).ToListAsync(stop);
        return rows.ConvertAll(row => new ChainSubject(Report.Noun, row.Subject, $"{row.Number}, {row.Source.InWords()}", $"/desk/reports/{row.Subject:D}"));
    }

    private static async Task<List<ChainSubject>> Updates(Store store, Guid @case, CancellationToken stop)
    {
        var ids = await (await store.Rows<UpdateFixRow>(stop)).Where(row => row.Case == @case).Select(row => row.Subject).Distinct().ToListAsync(stop);
        var rows = await (await store.Rows<UpdateRow>(stop)).Where(row => ids.Contains(row.Subject)).OrderBy(row => row.Number).Select(row => new { row.Subject, row.Number, row.Title }).ToListAsync(stop);
        return rows.ConvertAll(row => new ChainSubject(Update.Noun, row.Subject, $"{row.Number}, {row.Title}", $"/desk/updates/{row.Subject:D}"));
    }

    private static async Task<List<ChainSubject>> Advisories(Store store, Guid @case, CancellationToken stop)
    {
        var rows = await (await store.Rows<AdvisoryRow>(stop)).Where(row => row.Case == @case).OrderBy(row => row.Number).Select(row => new { row.Subject, row.Number, row.Title }).ToListAsync(stop);
        return rows.ConvertAll(row => new ChainSubject(Advisory.Noun, row.Subject, $"{row.Number}, {row.Title}", $"/desk/advisories/{row.Subject:D}"));
    }

    private static async Task<List<ChainSubject>> Deliveries(Store store, List<Guid> updates, CancellationToken stop)
    {
        var rows = await (await store.Rows<DeliveryRow>(stop)).Where(row => updates.Contains(row.Update)).Select(row => new { row.Subject, row.Number, row.Site }).ToListAsync(stop);
        var sites = await (await store.Rows<SiteRow>(stop)).ToDictionaryAsync(row => row.Subject, row => row.Name, stop);
        return [.. rows.Select(row => new ChainSubject(Delivery.Noun, row.Subject, $"{row.Number} to {sites.GetValueOrDefault(row.Site, "a site")}", $"/desk/deliveries/sites/{row.Subject:D}"))
            .OrderBy(subject => subject.Label, StringComparer.Ordinal)];
    }

    private static async Task<List<ChainSubject>> Packs(Store store, Guid @case, CancellationToken stop)
    {
        var rows = await (await store.Rows<PackRow>(stop)).Where(row => row.Case == @case).OrderBy(row => row.MadeAt).Select(row => new { row.Subject, row.Manifest }).ToListAsync(stop);
        return rows.ConvertAll(row => new ChainSubject(EvidencePack.Noun, row.Subject, $"Manifest SHA-256 {row.Manifest}", $"/desk/chains/{@case:D}"));
    }

    private static async Task<ImmutableArray<ChainStep>> Steps(Store store, ChainSubject subject, long size, bool names, CancellationToken stop)
    {
        var entries = await store.Logged(NounOf(subject), subject.Id, stop);
        var people = names ? await store.ContactsOf([.. entries.Select(one => Chronicle.PersonOf(one.Entry.Head.Actor)).OfType<Guid>().Distinct()], stop) : [];
        return [.. entries.Select(one => new ChainStep(
            What(one.Entry), Said(one.Entry.Event), one.Entry.At, Stated(one.Entry.Event), Who(one.Entry, people), one.Entry.Signature?.Meaning, one.Index, one.Index < size))];
    }

    private static string What(Entry entry)
    {
        var kind = Kinds.All.NameOf(entry.Event.GetType());
        var words = kind[(kind.IndexOf('.', StringComparison.Ordinal) + 1)..].Replace('-', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static string Who(Entry entry, Dictionary<Guid, Contact> people)
    {
        var role = entry.Head.Role == Role.System ? "Aftercare itself" : Words.Plain(entry.Head.Role);
        var name = entry.Signature?.PrintedName ?? (Chronicle.PersonOf(entry.Head.Actor) is { } id ? people.GetValueOrDefault(id)?.Name : null);
        return name is null ? role : $"{role}, {(Chronicle.IsMachine(entry.Head.Actor) ? "a machine of " : "")}{name}";
    }

    // Whatever the kind: the one sentence in which somebody gave his reason, and the time that somebody stated.
    private static string? Said(Event happened) => happened switch
    {
        CaseEvent.Closed e => e.Closure.Rationale,
        CaseEvent.ClosedElsewhere e => $"{e.Closure.Rationale} Not signed here.",
        IImported { From: var from } => Chronicle.FromFile(from),
        CaseEvent.SafetyJudged e => e.Judgement.Statement,
        CaseEvent.ReportabilityDecided e => $"{e.Decision.Market}: {e.Decision.Reason}",
        _ => happened.GetType().GetProperties()
            .Where(property => property.PropertyType == typeof(string) && property.Name is "Reason" or "Rationale" or "Finding" or "Evidence" or "Title" or "Missing")
            .Select(property => property.GetValue(happened) as string).FirstOrDefault(),
    };

    private static string? Stated(Event happened) =>
        happened.GetType().GetProperties().Where(property => property.PropertyType == typeof(Stated)).Select(property => (property.GetValue(happened) as Stated)?.Text).FirstOrDefault(text => text is not null);
}
