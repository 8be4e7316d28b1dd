using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Nodes;

namespace Aftercare.Ledger;

/// <summary>Something that happened to one subject: the body of an entry. Each noun has a closed set of these.</summary>
public abstract record Event;

/// <summary>Gives an event its stable name on record; the type's own name may change, this never does.</summary>
/// <param name="name">Noun, dot, what happened: <c>case.accepted</c>.</param>
/// <param name="version">Raised when the shape of the body changes; the old shape then needs an upcaster.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class KindAttribute(string name, int version = 1) : Attribute
{
    public string Name { get; } = name;
    public int Version { get; } = version;
}

/// <summary>Turns a body of one kind version into the next. Pure; it may not invent what was not said.</summary>
public sealed record Upcaster(string Kind, int From, Func<JsonObject, JsonObject> Up);

/// <summary>The names by which events stand on record, and how old bodies are read today.</summary>
public sealed class KindTable
{
    private readonly FrozenDictionary<string, (Type Type, int Version)> _byName;
    private readonly FrozenDictionary<Type, KindAttribute> _byType;
    private readonly FrozenDictionary<(string, int), Upcaster> _upcasters;

    /// <exception cref="ArgumentException">An event has no kind, or two share one, or an old version has no upcaster.</exception>
    public KindTable(IEnumerable<Type> events, IEnumerable<Upcaster> upcasters)
    {
        _byType = events.ToFrozenDictionary(type => type, type => type.GetCustomAttribute<KindAttribute>()
            ?? throw new ArgumentException($"{type} is an event without a kind."));
        // By way of a plain dictionary, which refuses a doubled name; a frozen one would keep the last.
        _byName = _byType.ToDictionary(pair => pair.Value.Name, pair => (pair.Key, pair.Value.Version)).ToFrozenDictionary();
        _upcasters = upcasters.ToFrozenDictionary(up => (up.Kind, up.From));
        foreach (var (name, (_, version)) in _byName)
            for (var from = 1; from < version; from++)
                if (!_upcasters.ContainsKey((name, from)))
                    throw new ArgumentException($"{name}/{from} is on record somewhere and has no upcaster.");
    }

    public ImmutableArray<string> Names => [.. _byName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The kind of an event, e.g. <c>case.accepted</c>.</summary>
    public string NameOf(Type @event) => _byType[@event].Name;

    /// <summary>The kind with its number as it is written: <c>case.accepted/1</c>.</summary>
    public string Written(Event @event)
    {
        var kind = _byType[@event.GetType()];
        return $"{kind.Name}/{kind.Version}";
    }

    /// <summary>The type that reads this kind today; null for a kind nobody knows.</summary>
    public Type? TypeOf(string name) => _byName.TryGetValue(name, out var found) ? found.Type : null;

    /// <summary>The body in today's shape.</summary>
    /// <exception cref="LedgerCorruptException">The kind is unknown or newer than this program.</exception>
    internal (Type Type, JsonObject Body) Upcast(string name, int version, JsonObject body)
    {
        if (!_byName.TryGetValue(name, out var today) || version > today.Version || version < 1)
            throw new LedgerCorruptException($"Kind {name}/{version} is unknown to this version of Aftercare.");
        for (; version < today.Version; version++)
            body = _upcasters[(name, version)].Up(body);
        return (today.Type, body);
    }
}

/// <summary>All kinds of this product.</summary>
public static class Kinds
{
    public static KindTable All { get; } = new(
        typeof(Event).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Event)) && !type.IsAbstract),
        []);
}

/// <summary>An entry does not say what an entry must say. Nothing that is built on it can be trusted.</summary>
public sealed class LedgerCorruptException(string message, Exception? inner = null) : Exception(message, inner);
