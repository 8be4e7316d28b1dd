namespace Aftercare.Channels.Mail;

/// <summary>How much of a mail from outside is looked at. What is larger is refused, not cut.</summary>
public sealed record MimeLimits
{
    /// <value>Default 10 MiB.</value>
    public int MostBytes { get; init; } = 10 * 1024 * 1024;

    /// <value>For the headers of one part. Default 64 KiB.</value>
    public int MostHeaderBytes { get; init; } = 64 * 1024;

    /// <value>For one part. Default 300.</value>
    public int MostHeaders { get; init; } = 300;

    /// <value>In the whole mail. Default 100.</value>
    public int MostParts { get; init; } = 100;

    /// <value>Of multiparts in multiparts. Default 8.</value>
    public int MostDepth { get; init; } = 8;
}

/// <summary>Why a mail was refused.</summary>
/// <param name="Position">Bytes from its start.</param>
/// <param name="Why">One sentence of ours; never words of the mail.</param>
public sealed record MimeFault(int Position, string Why);

/// <summary>A header as it was sent, unfolded; encoded words are not decoded.</summary>
public sealed record MimeHeader(string Name, string Value, int Position);
