using Aftercare.Ledger;
using Aftercare.Server.Evidence;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Jobs;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Reports;

namespace Aftercare.Server.Desk;

/// <summary>The desk's first page: what whoever looks has to do now, for each of his roles, the most pressing first and nothing twice.</summary>
public static class Today
{
    /// <param name="Sections">Only those with something to do; what is overdue comes first.</param>
    /// <param name="NextDue">When the next word to a reporter is due, in milliseconds; null: none is.</param>
    /// <param name="Open">Open reports by source and age; null for whom it is no question.</param>
    public sealed record Model(string Name, IReadOnlyList<Section> Sections, long? NextDue, ReportsByAge? Open);

    public static void Map(IEndpointRouteBuilder app)
    {
        var (queue, judgements) = (app.ServiceProvider.GetRequiredService<JobQueue>(), app.ServiceProvider.GetRequiredService<Judgements>());
        app.MapPage<TodayPage, Model>(Face.Desk, "", Allowed.Desk, async (store, _, stop) =>
        {
            var (answers, sections) = (new Answers(store, queue, judgements, stop), new List<Section>());
            foreach (var question in Agenda.For(store.Viewer.Has))
                if (await answers.Of(question) is { Tasks.Count: > 0 } section)
                    sections.Add(section);
            return new Model(
                store.Viewer.Name, [.. sections.OrderByDescending(section => section.Overdue)], await answers.NextDue(),
                store.Viewer.Has(Role.Lead) || store.Viewer.Has(Role.Quality) ? await ReportsByAge.Of(store, stop) : null);
        });
    }
}
