using Aftercare.Ledger;

namespace Aftercare.Server.Platform.Web;

/// <summary>What was typed into a form that was refused: the page is shown again with it, so that nobody writes anything twice.</summary>
/// <param name="Action">The form's address; other forms of the page stay as they are.</param>
public sealed record Refill(string Action, Fields Fields, Refusal Why)
{
    internal string? Value(string name) => Fields.Raw(name);

    /// <summary>What is wrong with a field; null when nothing is.</summary>
    internal string? Error(string name) => Why.Faults.FirstOrDefault(fault => fault.Field == name)?.Reason;
}
