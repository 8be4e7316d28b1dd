namespace Aftercare.Server.Platform.Web;

/// <summary>The colour of a thing; never its only mark, the words say it too.</summary>
public enum Tone
{
    Neutral,
    Good,
    Warning,
    Danger,
    Info,
}

public static class Tones
{
    internal static string Class(Tone tone) => tone switch
    {
        Tone.Good => "tone-good",
        Tone.Warning => "tone-warning",
        Tone.Danger => "tone-danger",
        Tone.Info => "tone-info",
        _ => "tone-neutral",
    };

    internal static Glyph Glyph(Tone tone) => tone switch
    {
        Tone.Good => Web.Glyph.Good,
        Tone.Warning => Web.Glyph.Warning,
        Tone.Danger => Web.Glyph.Danger,
        Tone.Info => Web.Glyph.Info,
        _ => Web.Glyph.Neutral,
    };
}
