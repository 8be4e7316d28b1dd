using Aftercare.Server.Platform.Storage;
using Aftercare.SignOn;

namespace Aftercare.Server.SignOn;

/// <summary>What the page for signing in says of single sign-on: known to everybody.</summary>
public sealed class SignOnSettingsRow : ViewRow
{
    public bool On { get; set; }

    public string ButtonName { get; set; } = "";

    /// <summary>Whom alone a password or a passkey lets in to the desk; null: everybody who has one. Never set where it is off.</summary>
    public Guid? BreakGlass { get; set; }

    internal static View View { get; } = View.Of<SignOnSettings, SignOnSettingsRow>("sign_on_settings",
        settings => [new SignOnSettingsRow
        {
            On = settings.Stage == SignOnStage.On,
            ButtonName = settings.Current.ButtonName,
            BreakGlass = settings.Stage == SignOnStage.On ? settings.Current.BreakGlass : null,
        }],
        (views, row) => true);
}
