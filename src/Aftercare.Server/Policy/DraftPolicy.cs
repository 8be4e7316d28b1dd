using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Policy;

/// <summary>Drafts the next revision, from the one before or from the template.</summary>
public static class DraftPolicy
{
    /// <value>5,000 characters an element, so that a revision fits into one entry.</value>
    internal const int MaxText = 5000;

    public sealed record Command(string Title, string Language, ImmutableArray<PolicySection> Sections, int AcknowledgeWithin, int UpdateEvery);

    /// <param name="Basis">The newest revision; null: there is none yet.</param>
    public sealed record Model(DisclosurePolicy? Basis)
    {
        internal string? TextOf(PolicyElement element) => Basis is null ? PolicyTemplate.Of(element) : Basis[element];
    }

    private static readonly ImmutableArray<Role> Roles = [Role.Analyst, Role.Lead, Role.Quality];

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<DraftPolicyPage, Model>(Face.Desk, "/policy/draft", Roles, Load);
        app.Map(new Change<Command>(Face.Desk, "/policy/draft", Roles, Parse, Handle));
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var newest = await (await store.Rows<PolicyRow>(stop)).OrderByDescending(row => row.Revision).FirstOrDefaultAsync(stop);
        return new Model(newest is null ? null : await store.Find<DisclosurePolicy>(newest.Subject, stop));
    }

    private static Command Parse(Fields fields) => new(
        fields.Text("title", 200),
        fields.TextOrNull("language", 2) ?? "en",
        [.. Enum.GetValues<PolicyElement>().Select(element => (element, Text: fields.TextOrNull(DisclosurePolicy.FieldOf(element), MaxText)))
            .Where(one => one.Text is not null).Select(one => new PolicySection(one.element, one.Text!))],
        fields.Number("acknowledgeWithin", 1, 30),
        fields.Number("updateEvery", 1, 365));

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        // Two drafts at once must not get the same revision.
        await store.Alone("policy.revision", stop);
        var newest = await (await store.Rows<PolicyRow>(stop)).MaxAsync(row => (int?)row.Revision, stop) ?? 0;
        var draft = new PolicyEvent.Drafted(newest + 1, command.Title, command.Language, command.Sections, command.AcknowledgeWithin, command.UpdateEvery);
        if (DisclosurePolicy.Draft(draft, store.Actor).Refused(out var why, out var drafted))
            return why;
        var id = Store.NewId();
        return await store.Record(new Done($"/desk/policy/{id}", id), stop, Change.Begin(id, drafted));
    }
}
