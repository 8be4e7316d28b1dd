using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Microsoft.AspNetCore.Components;

namespace Aftercare.Server.Platform.Web;

/// <summary>The entries of one subject as people read them: what happened, who did it in which role, when.</summary>
public static class Chronicle
{
    /// <summary>Newest first; empty when the viewer may not see the subject.</summary>
    /// <param name="said">What stood in the entry, in one sentence; null where the kind says it all.</param>
    public static async Task<ImmutableArray<TimelineItem>> Of<T>(Store store, Guid subject, Func<Event, string?> said, CancellationToken stop) where T : Subject, IFold<T>
    {
        var entries = await store.History<T>(subject, stop);
        var names = await store.ContactsOf([.. entries.Select(entry => PersonOf(entry.Head.Actor)).OfType<Guid>().Distinct()], stop);
        return [.. entries.Reverse().Select(entry => new TimelineItem(
            entry.At.Ms, Who(entry.Head, names), What(entry), Detail: Detail(said(entry.Event), entry.Signature)))];
    }

    /// <summary>The person who acted, or who answers for the machine that did; null when it was neither.</summary>
    public static Guid? PersonOf(string actor) => actor.Split('/') is ["person", var person, ..] && Guid.TryParse(person, out var id) ? id : null;

    /// <summary>Whether a token acted, not its owner himself.</summary>
    public static bool IsMachine(string actor) => actor.Contains("/token/", StringComparison.Ordinal);

    private static string Who(EntryHead head, Dictionary<Guid, Contact> names)
    {
        if (head.Role == Role.System)
            return "Aftercare itself";
        if (PersonOf(head.Actor) is { } person)
            return $"{(IsMachine(head.Actor) ? "A machine of " : "")}{(names.TryGetValue(person, out var contact) ? contact.Name : "(erased)")}, {Words.Plain(head.Role).ToLowerInvariant()}";
        return Words.Plain(head.Role);
    }

    // The kind without its noun and number: "Role granted" for person.role-granted/1.
    private static string What(Entry entry)
    {
        var name = Kinds.All.NameOf(entry.Event.GetType());
        var words = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..].Replace('-', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static RenderFragment? Detail(string? said, Signature? signature)
    {
        var signed = signature is null ? null : $"Signed by {signature.PrintedName}: {signature.Meaning}.";
        if (said is null && signed is null)
            return null;
        return builder =>
        {
            builder.OpenElement(0, "p");
            builder.AddContent(1, string.Join(" ", new[] { said, signed }.OfType<string>()));
            builder.CloseElement();
        };
    }
}
