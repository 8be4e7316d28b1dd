namespace Aftercare.Server.FrontDoor;

/// <summary>Names the words of the public page of keys: <c>KeysText.resx</c>, and <c>.de.resx</c> for German.</summary>
public sealed class KeysText
{
    private KeysText()
    {
    }
}
