namespace Aftercare.Server.Platform.Web;

/// <summary>Names the words of the frame and its components: <c>FrontDoorText.resx</c>, and <c>.de.resx</c> for German. A slice brings its own beside its page.</summary>
public sealed class FrontDoorText
{
    private FrontDoorText()
    {
    }
}
