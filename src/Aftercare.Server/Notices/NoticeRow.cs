using Aftercare.Deliveries;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Notices;

/// <summary>A notice to one site: for the desk and for that site.</summary>
public sealed class NoticeRow : ViewRow
{
    public NoticeTopic Topic { get; set; }
    public Guid About { get; set; }
    public int Revision { get; set; }
    public Guid Site { get; set; }
    public int Devices { get; set; }
    public NoticeStage Stage { get; set; }
    public bool Unread { get; set; }
    public long PostedAt { get; set; }
    public long? ReadAt { get; set; }

    /// <summary>How the site was last told besides; null: in no other way.</summary>
    public NoticeChannel? ToldBy { get; set; }

    internal static View View { get; } = View.Of<Notice, NoticeRow>("notices",
        notice => [new NoticeRow
        {
            Topic = notice.Topic,
            About = notice.About,
            Revision = notice.Revision,
            Site = notice.Site,
            Devices = notice.Devices.Count,
            Stage = notice.Stage,
            Unread = notice.Unread,
            PostedAt = notice.PostedAt.Ms,
            ReadAt = notice.ReadAt?.Ms,
            ToldBy = notice.Told is [.., { Channel: var last }] ? last : null,
        }],
        (views, row) => (views.Desk && !views.Hidden.Contains(row.About)) || views.Sites.Contains(row.Site),
        row =>
        {
            row.Property(notice => notice.Topic).HasConversion<string>();
            row.Property(notice => notice.Stage).HasConversion<string>();
            row.Property(notice => notice.ToldBy).HasConversion<string>();
            row.HasIndex(notice => new { notice.About, notice.Site }).IsUnique();
            row.HasIndex(notice => new { notice.Site, notice.Unread });
        });
}

/// <summary>A device that a notice names.</summary>
public sealed class NoticeDeviceRow : ViewRow
{
    public Guid About { get; set; }
    public Guid Site { get; set; }
    public Guid Device { get; set; }

    internal static View View { get; } = View.Of<Notice, NoticeDeviceRow>("notice_devices",
        notice => notice.Devices.Select(device => new NoticeDeviceRow { Part = device.ToString("N"), About = notice.About, Site = notice.Site, Device = device }),
        (views, row) => (views.Desk && !views.Hidden.Contains(row.About)) || views.Sites.Contains(row.Site),
        row => row.HasIndex(notice => new { notice.About, notice.Device }));
}
