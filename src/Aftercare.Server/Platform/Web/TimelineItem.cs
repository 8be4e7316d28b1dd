using Microsoft.AspNetCore.Components;

namespace Aftercare.Server.Platform.Web;

/// <summary>Something that happened.</summary>
/// <param name="Ms">When, in milliseconds since 1970 UTC.</param>
/// <param name="Who">The person and role, e.g. "Ines Albrecht, analyst".</param>
/// <param name="What">A sentence without a full stop.</param>
/// <param name="Detail">What was said or attached; none by default.</param>
public sealed record TimelineItem(
    long Ms, string Who, string What, Tone Tone = Tone.Neutral, Glyph? Glyph = null, string? Href = null, RenderFragment? Detail = null);
