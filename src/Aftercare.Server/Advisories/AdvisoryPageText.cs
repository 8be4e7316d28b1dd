namespace Aftercare.Server.Advisories;

/// <summary>Names the words of the public advisory pages: <c>AdvisoryPageText.resx</c>, and <c>.de.resx</c> for German. What an advisory says itself stays in its own language.</summary>
public sealed class AdvisoryPageText
{
    private AdvisoryPageText()
    {
    }
}
