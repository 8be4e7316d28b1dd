using System.ComponentModel.DataAnnotations;

namespace Aftercare.Server.Platform.Web;

/// <summary>How the pages present the manufacturer. Read from the configuration section <c>Web</c>.</summary>
public sealed class WebOptions
{
    /// <value>The manufacturer's name as people know it, 1 to 80 characters; default "Aftercare".</value>
    [Required, StringLength(80, MinimumLength = 1)]
    public string Organisation { get; set; } = "Aftercare";

    /// <value>IANA zone in which times are shown when the reader has none of their own; default UTC. An unknown zone stops the start.</value>
    [Required]
    public string Zone { get; set; } = "UTC";

    /// <value>Puts a TEST banner on every page and every printed sheet; default false.</value>
    public bool Test { get; set; }
}
