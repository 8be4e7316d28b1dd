using System.Collections.Immutable;

namespace Aftercare.Ledger;

/// <summary>
/// One row of a lifecycle table: who may take which step. Guards, buttons, route tests and the docs read the same rows.
/// </summary>
/// <param name="Name">The verb in code, address and API: <c>accept</c>.</param>
/// <param name="Kind">The kind of entry that it records.</param>
/// <param name="Roles">Who may; the first one that the actor holds is the role on record.</param>
public abstract record Step(string Name, string Kind, ImmutableArray<Role> Roles)
{
    /// <summary>The words on the button. Null: the step has no button of its own.</summary>
    public string? Button { get; init; }

    /// <summary>The meaning of the signature that the step needs; null when it is not signed.</summary>
    public string? Signature { get; init; }

    /// <summary>Second person: whoever last recorded one of these kinds on the subject, himself or by his machine, may not take the step.</summary>
    public ImmutableArray<string> NotBy { get; init; } = [];
}

/// <param name="From">The stages in which the step can be taken; empty: it begins the subject.</param>
/// <param name="To">The stage after it; null: the stage stays.</param>
public sealed record Step<TStage>(string Name, string Kind, ImmutableArray<TStage> From, TStage? To, ImmutableArray<Role> Roles) : Step(Name, Kind, Roles)
    where TStage : struct, Enum;

/// <summary>A noun's life as a table.</summary>
/// <param name="noun">In refusal codes: <c>case.wrong-stage</c>.</param>
public sealed class Lifecycle<TStage>(string noun, ImmutableArray<Step<TStage>> steps) where TStage : struct, Enum
{
    public string Noun { get; } = noun;

    public ImmutableArray<Step<TStage>> Steps { get; } = steps;

    /// <summary>The steps that this stage and these roles allow, in the table's order: the page's buttons.</summary>
    public IEnumerable<Step<TStage>> Open(TStage stage, Actor by) => Steps.Where(step => step.From.Contains(stage) && step.Roles.Any(by.Has));

    /// <summary>What stands in the way of this step, or null when nothing does.</summary>
    public Refusal? Bars(string step, Subject? subject, TStage? stage, Actor by)
    {
        var row = Steps.First(row => row.Name == step);
        if (!row.Roles.Any(by.Has))
            return Refusal.Role($"{Noun}.wrong-role", $"To {Words(step)} needs the role {string.Join(" or ", row.Roles)}.");
        if (subject is { IsTakenBack: true })
            return Refusal.State($"{Noun}.taken-back", "It was taken back with the import that brought it; nothing can be done with it any more.");
        if (stage is { } now && row.From.Length > 0 && !row.From.Contains(now))
            return Refusal.State($"{Noun}.wrong-stage", $"It is {Words(now.ToString())}; to {Words(step)} it must be {string.Join(" or ", row.From.Select(from => Words(from.ToString())))}.");
        if (subject is not null && row.NotBy.Any(kind => by.IsSamePersonAs(subject.LastBy.GetValueOrDefault(kind))))
            return Refusal.Role($"{Noun}.second-person", $"To {Words(step)} needs a second person: you took the step before it.");
        return null;
    }

    private static string Words(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $" {char.ToLowerInvariant(c)}" : c == '-' ? " " : char.ToLowerInvariant(c).ToString()));
}
