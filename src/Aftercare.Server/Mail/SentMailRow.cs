using Aftercare.Mail;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Mail;

/// <summary>One mail of ours and what became of it.</summary>
public sealed class SentMailRow : ViewRow
{
    public MailPurpose Purpose { get; set; }
    public MailParty Party { get; set; }
    public Guid Whom { get; set; }
    public SentMailStage Stage { get; set; }
    public int Failures { get; set; }
    public long WrittenAt { get; set; }
    public long? HandedOverAt { get; set; }

    /// <summary>When it last changed.</summary>
    public long Until { get; set; }

    /// <summary>What was last said about it; of a bounce its status.</summary>
    public string? Words { get; set; }
    public WithheldBecause? Because { get; set; }

    internal static View View { get; } = View.Of<SentMail, SentMailRow>("sent_mails",
        mail => [new SentMailRow
        {
            Purpose = mail.Purpose,
            Party = mail.Party,
            Whom = mail.Whom,
            Stage = mail.Stage,
            Failures = mail.Failures,
            WrittenAt = mail.Since.Ms,
            HandedOverAt = mail.HandedOverAt?.Ms,
            Until = mail.Until.Ms,
            Words = mail.Words,
            Because = mail.Because,
        }],
        (views, row) => views.Desk,
        row =>
        {
            row.Property(mail => mail.Purpose).HasConversion<string>();
            row.Property(mail => mail.Party).HasConversion<string>();
            row.Property(mail => mail.Stage).HasConversion<string>();
            row.Property(mail => mail.Because).HasConversion<string>();
            row.HasIndex(mail => mail.Whom);
            row.HasIndex(mail => new { mail.Stage, mail.WrittenAt });
        });
}
