namespace Aftercare.Channels.Events;

/// <summary>How much of what devices send is looked at. What is larger is refused, not cut.</summary>
public sealed record EventLimits
{
    /// <value>Bytes of one syslog message, audit message or JSON line. Default 64 KiB: audit messages are larger than the 2 KiB of RFC 5424
    /// §6.1.</value>
    public int MostBytes { get; init; } = 64 * 1024;

    /// <value>Digits of the octet count (RFC 6587 §3.4.1). Default 7.</value>
    public int MostCountDigits { get; init; } = 7;

    /// <value>Elements of structured data in one message. Default 64.</value>
    public int MostElements { get; init; } = 64;

    /// <value>Parameters of structured data in one message. Default 256.</value>
    public int MostParameters { get; init; } = 256;

    /// <value>Of XML elements or JSON values in each other. Default 16.</value>
    public int MostDepth { get; init; } = 16;

    /// <value>XML elements of an audit message. Default 2,000.</value>
    public int MostXmlElements { get; init; } = 2_000;

    /// <value>Attributes of one XML element. Default 32.</value>
    public int MostAttributes { get; init; } = 32;

    /// <value>Lines of one upload. Default 10,000.</value>
    public int MostLines { get; init; } = 10_000;

    /// <value>Values of one field in one event, e.g. of several participants. Default 32; further ones are dropped and counted.</value>
    public int MostValues { get; init; } = 32;
}

/// <summary>Why something that a device sent was refused.</summary>
/// <param name="Line">From 1; of the upload, or of the XML.</param>
/// <param name="Position">Bytes from the start of that line; characters in XML.</param>
/// <param name="Why">One sentence of ours; never words of the message, which may name a person.</param>
public sealed record EventFault(int Line, int Position, string Why);

/// <summary>Leaves a reader; <see cref="EventReader"/> turns it into an answer.</summary>
internal sealed class EventFaultException(int position, string why, int line = 1) : Exception(why)
{
    internal EventFault Fault { get; } = new(line, position, why);
}
