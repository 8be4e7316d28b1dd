using Aftercare.Mail;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Mail;

/// <summary>Whether this installation sends mail: known to whoever causes one, a stranger with a report among them.</summary>
public sealed class MailSettingsRow : ViewRow
{
    public bool On { get; set; }

    internal static View View { get; } = View.Of<MailSettings, MailSettingsRow>("mail_settings",
        settings => [new MailSettingsRow { On = settings.Stage == MailStage.On }],
        (views, row) => true);
}
