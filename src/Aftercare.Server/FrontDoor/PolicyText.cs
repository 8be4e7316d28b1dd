namespace Aftercare.Server.FrontDoor;

/// <summary>Names the words of the front door's own pages: <c>PolicyText.resx</c>, and <c>.de.resx</c> for German.</summary>
public sealed class PolicyText
{
    private PolicyText()
    {
    }
}
