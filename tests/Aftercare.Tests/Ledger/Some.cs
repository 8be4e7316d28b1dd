using System.Buffers.Binary;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Aftercare.Ledger;

namespace Aftercare.Tests.Ledger;

/// <summary>Data that says "any" out loud.</summary>
internal static class Some
{
    public static Instant Monday { get; } = Instant.From(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    public static Actor Administrator { get; } = Actor.Person(Id("administrator"), Role.Administrator);

    public static Actor Quality { get; } = Actor.Person(Id("quality"), Role.Quality);

    /// <summary>The same id for the same words, so that samples can name each other.</summary>
    public static Guid Id(string words) => new(SHA256.HashData(Encoding.UTF8.GetBytes(words)).AsSpan(0, 16), bigEndian: true);

    /// <summary>At least one event of every kind: what each class named <c>…Samples</c> in this assembly gives as <c>All</c>, in the order of a life.</summary>
    public static IEnumerable<Event> Events =>
        typeof(Some).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Samples", StringComparison.Ordinal) && type.Name != nameof(Samples))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .SelectMany(type => (Event[])type.GetProperty("All", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!);

    /// <summary>An entry of a noun's sample subject, an hour a version, by somebody who may.</summary>
    public static Entry Entry(TestNoun noun, int version, Event happened)
    {
        var step = noun.Steps.First(step => step.Kind == Kinds.All.NameOf(happened.GetType()));
        var (subject, at) = (Id(noun.Name), Monday.Plus(TimeSpan.FromHours(version)));
        var head = new EntryHead(subject, version, ActorOf(step.Roles[0]), step.Roles[0], at, "sample");
        var signature = step.Signature is { } meaning ? new Signature("Ada Lovelace", meaning, at, Aftercare.Ledger.Entry.DigestOf(subject, version, happened)) : null;
        var random = new byte[16];
        BinaryPrimitives.WriteInt32BigEndian(random, version);
        return Aftercare.Ledger.Entry.Write(head, happened, signature, random);
    }

    /// <summary>The state after these events, recorded one after the other by one actor.</summary>
    public static T State<T>(Actor by, params ReadOnlySpan<Event> events) where T : Subject, IFold<T>
    {
        T? state = null;
        foreach (var happened in events)
            state = Next(state, happened, by);
        return state!;
    }

    public static T Next<T>(T? before, Event happened, Actor by) where T : Subject, IFold<T>
    {
        var version = (before?.Version ?? 0) + 1;
        var head = new EntryHead(before?.Id ?? Id(T.Noun), version, by.Id, by.Roles.Order().First(), Monday.Plus(TimeSpan.FromHours(version)), "test");
        return Fold.Next(before, Aftercare.Ledger.Entry.Write(head, happened, null, new byte[16]));
    }

    private static string ActorOf(Role role) => role switch
    {
        Role.System => Actor.System.Id,
        Role.Anonymous => Actor.Anonymous.Id,
        Role.Reporter => $"reporter/{Id("reporter"):D}",
        Role.Operator => Actor.PersonId(Id("operator")),
        Role.Machine => Actor.MachineId(Id("owner"), Id("token")),
        _ => Actor.PersonId(Id(role.ToString())),
    };
}
