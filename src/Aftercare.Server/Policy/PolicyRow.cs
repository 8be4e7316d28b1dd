using Aftercare.Policy;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Policy;

/// <summary>One revision of the disclosure policy; public as soon as it was published, and for ever after.</summary>
public sealed class PolicyRow : ViewRow
{
    public int Revision { get; set; }
    public string Title { get; set; } = "";
    public PolicyStage Stage { get; set; }
    public int AcknowledgeWithinBusinessDays { get; set; }
    public int UpdateEveryDays { get; set; }
    public long? PublishedAt { get; set; }
    public long? Expires { get; set; }

    internal static View View { get; } = View.Of<DisclosurePolicy, PolicyRow>("policies",
        policy => [new PolicyRow
        {
            Revision = policy.Revision,
            Title = policy.Title,
            Stage = policy.Stage,
            AcknowledgeWithinBusinessDays = policy.AcknowledgeWithinBusinessDays,
            UpdateEveryDays = policy.UpdateEveryDays,
            PublishedAt = policy.PublishedAt?.Ms,
            Expires = policy.Expires?.Ms,
        }],
        (views, row) => views.Desk || row.Stage == PolicyStage.Published || row.Stage == PolicyStage.Superseded,
        row => row.Property(policy => policy.Stage).HasConversion<string>());
}
