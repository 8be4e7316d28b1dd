using System.Collections.Immutable;
using System.Reflection;
using Aftercare.Ledger;

namespace Aftercare.Tests.Ledger;

/// <summary>A noun of the domain as its own code declares it: whatever folds is found, so that none can be forgotten.</summary>
internal sealed record TestNoun(string Name, Type Type, ImmutableArray<Step> Steps)
{
    public static ImmutableArray<TestNoun> All { get; } =
    [
        .. typeof(Event).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(Subject)))
            .Select(type => new TestNoun((string)Static(type, "Noun"), type, StepsOf(type)))
            .OrderBy(noun => noun.Name, StringComparer.Ordinal),
    ];

    public static TestNoun Of(string kind) => All.Single(noun => noun.Name == kind[..kind.IndexOf('.', StringComparison.Ordinal)]);

    /// <summary>The state after these entries of one subject.</summary>
    public Subject? Fold(IEnumerable<Entry> entries) =>
        (Subject?)typeof(Fold).GetMethod(nameof(Aftercare.Ledger.Fold.Of))!.MakeGenericMethod(Type).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [entries], null);

    private static ImmutableArray<Step> StepsOf(Type type)
    {
        var life = Static(type, "Life");
        return [.. (IEnumerable<Step>)life.GetType().GetProperty("Steps")!.GetValue(life)!];
    }

    private static object Static(Type type, string property) =>
        type.GetProperty(property, BindingFlags.Public | BindingFlags.Static)?.GetValue(null) ?? throw new InvalidOperationException($"{type} has no public static {property}.");
}
