using Aftercare.Policy;
using Aftercare.Reports;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Policy;

/// <summary>A way in for reports, at the desk.</summary>
public sealed class IntakeChannelRow : ViewRow
{
    public string Name { get; set; } = "";
    public Channel Wire { get; set; }
    public IntakeChannelStage Stage { get; set; }

    /// <summary>When it was last tried, in milliseconds; null: never.</summary>
    public long? TestedAt { get; set; }
    public bool TestFailed { get; set; }

    internal static View View { get; } = View.Of<IntakeChannel, IntakeChannelRow>("channels",
        channel => [new IntakeChannelRow { Name = channel.Name, Wire = channel.Wire, Stage = channel.Stage, TestedAt = channel.LastTest?.On.Earliest.Ms, TestFailed = channel.LastTest?.Result == TestOutcome.Failed }],
        (views, row) => views.Desk,
        row =>
        {
            row.Property(channel => channel.Wire).HasConversion<string>();
            row.Property(channel => channel.Stage).HasConversion<string>();
        });
}
