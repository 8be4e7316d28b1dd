using System.Collections.Immutable;

namespace Aftercare.Channels.Mail;

/// <summary>
/// A mail as it came (RFC 5322, 2045-2049, 2047, 2231, 6532). Whatever the bytes are, reading does not throw and takes time in proportion to their number: what is odd
/// stands in <see cref="Faults"/>, and is read as most readers would. The bytes must not change while this is used.
/// </summary>
public sealed class MimeMessage
{
    private MimeMessage(MimePart root, ReadOnlyMemory<byte> bytes, MimeLimits limits, FaultList faults)
    {
        (Root, Bytes, Limits) = (root, bytes, limits);
        var read = new HeaderReader(limits, faults);
        From = read.People(root, "From");
        Sender = read.People(root, "Sender");
        ReplyTo = read.People(root, "Reply-To");
        To = read.People(root, "To");
        Cc = read.People(root, "Cc");
        Subject = read.Text(root, "Subject");
        Date = read.Date(root, "Date");
        Id = read.Ids(root, "Message-ID").FirstOrDefault();
        InReplyTo = read.Ids(root, "In-Reply-To");
        References = read.Ids(root, "References");
        Faults = faults.ToImmutable();
        MoreFaults = faults.More;
        Stopped = faults.Stopped;
    }

    public MimePart Root { get; }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <value>In the order in which they were found; at most 200.</value>
    public ImmutableArray<MimeFault> Faults { get; }

    /// <value>How many beyond those were not kept.</value>
    public int MoreFaults { get; }

    /// <value>The limit that ended reading; null when all was read.</value>
    public MimeFault? Stopped { get; }

    public ImmutableArray<Correspondent> From { get; }

    public ImmutableArray<Correspondent> Sender { get; }

    public ImmutableArray<Correspondent> ReplyTo { get; }

    public ImmutableArray<Correspondent> To { get; }

    public ImmutableArray<Correspondent> Cc { get; }

    /// <value>Decoded; null where there is none.</value>
    public string? Subject { get; }

    /// <value>Null where there is none or it is unreadable.</value>
    public DateTimeOffset? Date { get; }

    /// <value>With its angle brackets, as anybody may have written it: not always a <see cref="MessageId"/>.</value>
    public string? Id { get; }

    public ImmutableArray<string> InReplyTo { get; }

    /// <value>The oldest first.</value>
    public ImmutableArray<string> References { get; }

    internal MimeLimits Limits { get; }

    /// <param name="limits">By default those of <see cref="MimeLimits"/>.</param>
    public static MimeMessage Read(ReadOnlyMemory<byte> bytes, MimeLimits? limits = null)
    {
        limits ??= new MimeLimits();
        var faults = new FaultList();
        return new MimeMessage(new MimeReader(bytes, limits, faults).Read(), bytes, limits, faults);
    }

    /// <summary>The people in a header of that name, e.g. <c>Delivered-To</c>; all such headers together.</summary>
    public ImmutableArray<Correspondent> People(string header) => new HeaderReader(Limits, new FaultList()).People(Root, header);
}

/// <summary>Somebody whom a mail names. A stranger wrote it: nothing of it is proven.</summary>
/// <param name="Name">Decoded; null where none is given.</param>
/// <param name="Written">The address as it is written, without comments and quotation marks that it does not need; an international domain is left as it is.</param>
/// <param name="Group">The name of the group (RFC 5322 §3.4) in which it stands.</param>
public sealed record Correspondent(string? Name, string Written, string? Group)
{
    /// <value>Null when mail cannot be sent there.</value>
    public EmailAddress? Address => EmailAddress.TryParse(Written, out var address) ? address : null;
}

/// <summary>What is odd, up to a number that a page can show, and what ended reading.</summary>
internal sealed class FaultList
{
    private const int Most = 200;
    private readonly ImmutableArray<MimeFault>.Builder _faults = ImmutableArray.CreateBuilder<MimeFault>();

    internal int More { get; private set; }

    internal MimeFault? Stopped { get; private set; }

    internal void Add(int position, string why)
    {
        if (_faults.Count < Most)
            _faults.Add(new MimeFault(position, why));
        else
            More++;
    }

    internal void Stop(int position, string why) => Stopped ??= new MimeFault(position, why);

    internal ImmutableArray<MimeFault> ToImmutable() => _faults.ToImmutable();
}
