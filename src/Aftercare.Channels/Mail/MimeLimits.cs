namespace Aftercare.Channels.Mail;

/// <summary>How much of a mail from outside is looked at. Where one is exceeded reading stops, <see cref="MimeMessage.Stopped"/> says so, and what was read stands.</summary>
public sealed record MimeLimits
{
    /// <value>Default 35 MiB: a file of 25 MiB in base64.</value>
    public int MostBytes { get; init; } = 35 * 1024 * 1024;

    /// <value>For the headers of one part. Default 256 KiB.</value>
    public int MostHeaderBytes { get; init; } = 256 * 1024;

    /// <value>For one part. Default 1,000.</value>
    public int MostHeaders { get; init; } = 1_000;

    /// <value>Default 4 MiB: some write a whole file into one line.</value>
    public int MostLineBytes { get; init; } = 4 * 1024 * 1024;

    /// <value>In the whole mail. Default 1,000.</value>
    public int MostParts { get; init; } = 1_000;

    /// <value>Of multiparts and mails within each other. Default 20.</value>
    public int MostDepth { get; init; } = 20;

    /// <value>Of one Content-Type or Content-Disposition, each segment of RFC 2231 counted. Default 1,000.</value>
    public int MostParameters { get; init; } = 1_000;

    /// <value>Of one header that names people or mails. Default 5,000.</value>
    public int MostAddresses { get; init; } = 5_000;

    /// <value>Characters of the text that is shown; more is cut, and <see cref="MailBody.IsCut"/> says so. Default 4 Mi.</value>
    public int MostText { get; init; } = 4 * 1024 * 1024;
}

/// <summary>Something odd in a mail.</summary>
/// <param name="Position">Bytes from its start.</param>
/// <param name="Why">One sentence of ours; never words of the mail.</param>
public sealed record MimeFault(int Position, string Why);
