using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Aftercare.Ledger;

/// <summary>The answer of a decision: what was decided, or why not. A refusal is read by a person; a bug is an exception.</summary>
public sealed class Outcome<T> where T : notnull
{
    private readonly T? _value;
    private readonly Refusal? _refusal;

    internal Outcome(T? value, Refusal? refusal) => (_value, _refusal) = (value, refusal);

    /// <summary>True with the reason, or false with the value: <c>if (x.Refused(out var why, out var value)) return why;</c></summary>
    public bool Refused([NotNullWhen(true)] out Refusal? why, [NotNullWhen(false)] out T? value)
    {
        (why, value) = (_refusal, _value);
        return why is not null;
    }

    /// <summary>The value of an outcome that cannot have been refused here.</summary>
    /// <exception cref="InvalidOperationException">It was refused; the message carries code and reason.</exception>
    public T Value => _refusal is null ? _value! : throw new InvalidOperationException($"{_refusal.Code}: {_refusal.Reason}");

    public static implicit operator Outcome<T>(T value) => new(value, null);
    public static implicit operator Outcome<T>(Refusal why) => new(default, why);
}

public static class Outcome
{
    /// <summary>For a value whose type is an interface: from those the language converts nothing by itself.</summary>
    public static Outcome<T> Of<T>(T value) where T : notnull => new(value, null);
}

/// <summary>What kind of "no": decides the HTTP status (design §7) and nothing else.</summary>
public enum Because
{
    /// <summary>400: the input does not have the form; <see cref="Refusal.Faults"/> says where.</summary>
    Malformed,

    /// <summary>404: there is no such thing for this viewer, whether or not it exists.</summary>
    Invisible,

    /// <summary>403: visible, but the role lacks the step.</summary>
    Role,

    /// <summary>409: wrong state, stale version or lost race.</summary>
    State,

    /// <summary>401: a decision that is signed needs a fresh re-authentication.</summary>
    Signature,

    /// <summary>413: larger than the stated limit.</summary>
    TooLarge,
}

/// <param name="Because">Which kind of "no".</param>
/// <param name="Code">Stable and greppable, e.g. <c>case.wrong-stage</c>; part of the public API.</param>
/// <param name="Reason">One sentence: what stands in the way, and what would clear it.</param>
public sealed record Refusal(Because Because, string Code, string Reason)
{
    /// <summary>Every fault of the input, not only the first.</summary>
    public ImmutableArray<Fault> Faults { get; init; } = [];

    /// <summary>Where the person can clear it, as a path of the site; null when there is no such place.</summary>
    public string? ClearAt { get; init; }

    public static Refusal Invisible { get; } = new(Because.Invisible, "not-found", "There is nothing here that you may see.");

    public static Refusal Malformed(params ImmutableArray<Fault> faults) =>
        new(Because.Malformed, "malformed", "Some fields need another look.") { Faults = faults };

    public static Refusal Malformed(string field, string reason) => Malformed(new Fault(field, reason));

    public static Refusal State(string code, string reason) => new(Because.State, code, reason);

    public static Refusal Role(string code, string reason) => new(Because.Role, code, reason);
}

/// <param name="Field">The field's name as posted, or a JSON pointer.</param>
/// <param name="Reason">What is wrong with it, for the person who filled it in.</param>
public sealed record Fault(string Field, string Reason);
