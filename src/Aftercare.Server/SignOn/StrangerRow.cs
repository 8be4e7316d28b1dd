using Aftercare.Server.Platform.Storage;
using Aftercare.SignOn;

namespace Aftercare.Server.SignOn;

/// <summary>Somebody whom the provider vouches for and nobody here knows; his name is joined from the sealed table.</summary>
public sealed class StrangerRow : ViewRow
{
    public TurnedAwayBecause Because { get; set; }

    public int Times { get; set; }

    /// <summary>When it was last put on record.</summary>
    public long Until { get; set; }

    internal static View View { get; } = View.Of<Stranger, StrangerRow>("strangers",
        stranger => [new StrangerRow { Because = stranger.Because, Times = stranger.Times, Until = stranger.Until.Ms }],
        (views, row) => views.Desk,
        row => row.Property(stranger => stranger.Because).HasConversion<string>());
}
