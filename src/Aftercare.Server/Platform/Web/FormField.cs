using Microsoft.AspNetCore.Components;

namespace Aftercare.Server.Platform.Web;

/// <summary>What every field of a form has: its name, its words, and the ties between them that a screen reader follows.</summary>
public abstract class FormField : ComponentBase
{
    /// <summary>The name that is posted. Also the id, behind the form's id when the <see cref="StepForm"/> has one.</summary>
    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>What helps to answer, in one sentence.</summary>
    [Parameter]
    public string? Hint { get; set; }

    [Parameter]
    public bool Required { get; set; }

    /// <summary>What is wrong with the answer that was given; null when nothing is.</summary>
    [Parameter]
    public string? Error { get; set; }

    /// <summary>Further attributes of the control, e.g. <c>maxlength</c> or <c>autocomplete</c>.</summary>
    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Attributes { get; set; }

    [CascadingParameter(Name = "FormId")]
    private string? FormId { get; set; }

    [CascadingParameter]
    private Refill? Refill { get; set; }

    /// <summary>What is wrong: as the page says, else as the refused form says.</summary>
    internal string? Fault => Error ?? Refill?.Error(Name);

    internal string Id => IdOf(FormId, Name);

    internal string HintId => Id + "-hint";

    internal string ErrorId => Id + "-error";

    /// <summary>The value of <c>aria-describedby</c>: hint, then error; null when there is neither.</summary>
    internal string? DescribedBy => (Hint, Fault) switch
    {
        (null, null) => null,
        (_, null) => HintId,
        (null, _) => ErrorId,
        _ => $"{HintId} {ErrorId}",
    };

    /// <summary>The value of <c>aria-invalid</c>.</summary>
    internal string? Invalid => Fault is null ? null : "true";

    /// <summary>What was typed before, else what the page begins with.</summary>
    protected string? Shown(string? value) => Refill is null ? value : Refill.Value(Name);

    internal static string IdOf(string? formId, string name) => formId is null ? name : $"{formId}-{name}";
}

/// <summary>One answer to choose.</summary>
/// <param name="Value">What is posted.</param>
/// <param name="Hint">What choosing it means; shown under a radio button only.</param>
public sealed record ChoiceOption(string Value, string Text, string? Hint = null);
