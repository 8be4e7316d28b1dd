using System.Collections.Immutable;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Policy;
using Aftercare.Server.Cases;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Policy;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.People;

/// <summary>What hangs on one person, and what somebody else must take over before or after he leaves.</summary>
/// <param name="Cases">Open cases that he answers for.</param>
/// <param name="Channels">Names of the ways in that he answers for or stands in for.</param>
/// <param name="LastOf">Roles that nobody else here holds.</param>
/// <param name="StandsIn">For whom he stands in, and in which role.</param>
/// <param name="Tokens">Machines that act in his name.</param>
public sealed record Holdings(
    ImmutableArray<HeldCase> Cases, ImmutableArray<string> Channels, ImmutableArray<Role> LastOf, ImmutableArray<(Guid Person, string Name, Role Role)> StandsIn, ImmutableArray<string> Tokens)
{
    public bool Empty => Cases.IsEmpty && Channels.IsEmpty && LastOf.IsEmpty && StandsIn.IsEmpty && Tokens.IsEmpty;

    /// <summary>Of somebody who is here, or of somebody who has left: then what nobody has taken over yet.</summary>
    public static async Task<Holdings> Of(Store store, Person person, CancellationToken stop)
    {
        var (id, actor, roles) = (person.Id, Actor.PersonId(person.Id), person.Standing == Standing.Left ? person.Former : person.Roles);
        var cases = await (await store.Rows<CaseRow>(stop)).Where(row => row.Stage != CaseStage.Closed && row.Answerable.Contains(actor)).OrderBy(row => row.Number)
            .Select(row => new HeldCase(row.Subject, row.Number, row.Title)).ToListAsync(stop);
        var open = await (await store.Rows<IntakeChannelRow>(stop)).Select(row => row.Subject).ToListAsync(stop);
        var channels = new List<string>();
        await foreach (var channel in store.Each<IntakeChannel>(open, stop))
            if (channel.Stage == IntakeChannelStage.Open && (channel.Owner == id || channel.Deputy == id))
                channels.Add(channel.Name);
        var others = await (await store.Rows<PersonRow>(stop)).Where(row => row.Standing == Standing.Active && row.Subject != id && !row.Roles.Contains(Role.Operator)).ToListAsync(stop);
        var held = others.SelectMany(row => row.Roles).ToHashSet();
        var tokens = await (await store.Rows<TokenRow>(stop)).Where(row => row.Owner == id && row.Stage == TokenStage.Issued && row.ExpiresAt > store.Now.Ms).OrderBy(row => row.Name).Select(row => row.Name).ToListAsync(stop);
        return new Holdings(
            [.. cases], [.. channels.Order(StringComparer.Ordinal)], [.. roles.Where(role => role != Role.Operator && !held.Contains(role)).Order()],
            await StandsInFor(store, id, [.. others.Where(row => row.Deputies.Contains(id)).Select(row => row.Subject)], stop), [.. tokens]);
    }

    private static async Task<ImmutableArray<(Guid, string, Role)>> StandsInFor(Store store, Guid id, List<Guid> people, CancellationToken stop)
    {
        var (names, found) = (await store.ContactsOf(people, stop), ImmutableArray.CreateBuilder<(Guid, string, Role)>());
        await foreach (var person in store.Each<Person>(people, stop))
            foreach (var (role, _) in person.Deputies.Where(deputy => deputy.Value == id))
                found.Add((person.Id, names.GetValueOrDefault(person.Id)?.Name ?? "(erased)", role));
        return found.ToImmutable();
    }
}

/// <summary>A case as a list names it.</summary>
public sealed record HeldCase(Guid Id, string Number, string Title);
