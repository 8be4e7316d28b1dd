using Aftercare.Ledger;

namespace Aftercare.Server.Platform.Web;

/// <summary>What was typed into a form that was refused: the page is shown again with it, so that nobody writes anything twice.</summary>
/// <param name="Action">The form's address; other forms of the page stay as they are.</param>
/// <param name="Form">The form's id, where several forms of the page have one address; null: it has none.</param>
public sealed record Refill(string Action, string? Form, Fields Fields, Refusal Why)
{
    /// <summary>Whether this is the form that was refused.</summary>
    internal bool IsOf(string action, string? form) => Action == action && (Form is null || Form == form);

    internal string? Value(string name) => Fields.IsSecret(name) ? null : Fields.Raw(name);

    /// <summary>What is wrong with a field; null when nothing is.</summary>
    internal string? Error(string name) => Why.Faults.FirstOrDefault(fault => fault.Field == name)?.Reason;
}
