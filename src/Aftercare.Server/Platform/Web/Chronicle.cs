using System.Collections.Immutable;
using System.Globalization;
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
        return await Of(store, await store.History<T>(subject, stop), said, stop);
    }

    /// <summary>The same of entries that the caller has found.</summary>
    public static async Task<ImmutableArray<TimelineItem>> Of(Store store, ImmutableArray<Entry> entries, Func<Event, string?> said, CancellationToken stop)
    {
        var names = await store.ContactsOf([.. entries.Select(entry => PersonOf(entry.Head.Actor)).OfType<Guid>().Distinct()], stop);
        return [.. entries.Reverse().Select(entry => new TimelineItem(
            entry.At.Ms, Who(entry.Head, names), What(entry), Href: ImportOf(entry.Event), Detail: Detail(said(entry.Event) ?? FromFile(entry.Event), entry.Signature)))];
    }

    /// <summary>The person who acted, or who answers for the machine that did; null when it was neither.</summary>
    public static Guid? PersonOf(string actor) => actor.Split('/') is ["person", var person, ..] && Guid.TryParse(person, out var id) ? id : null;

    /// <summary>Whether a token acted, not its owner himself.</summary>
    public static bool IsMachine(string actor) => actor.Contains("/token/", StringComparison.Ordinal);

    private static string Who(EntryHead head, Dictionary<Guid, Contact> names)
    {
        if (head.Role == Role.System)
            return head.Actor.Contains("/sign-on/", StringComparison.Ordinal) ? "Single sign-on" : "Aftercare itself";
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

    /// <summary>From which file a record came, in one sentence.</summary>
    public static string FromFile(ImportedFrom from) => string.Create(CultureInfo.InvariantCulture, $"From line {from.Line} of {from.File}, SHA-256 {from.Sha256}.");

    private static string? ImportOf(Event happened) => happened switch
    {
        IImported imported => $"/desk/imports/{imported.From.Import:D}",
        ITakenBack taken => $"/desk/imports/{taken.Import:D}",
        _ => null,
    };

    private static string? FromFile(Event happened) => happened switch
    {
        IImported imported => FromFile(imported.From),
        ITakenBack taken => taken.Reason,
        _ => null,
    };

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
