using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Aftercare.Channels.Mail;

/// <summary>What a server did with a message for one recipient (RFC 3464 §2.3.3).</summary>
public enum DeliveryAction
{
    Failed,

    /// <summary>Not yet; the server goes on trying.</summary>
    Delayed,

    Delivered,

    /// <summary>Handed to a server that does not report.</summary>
    Relayed,

    /// <summary>Handed on to the members of a list.</summary>
    Expanded,
}

/// <summary>What became of one recipient. All of it is said by a stranger: anybody can write a bounce.</summary>
/// <param name="Final">Where the mail went in the end; null when that is not an address.</param>
/// <param name="Original">Whom we wrote to, when the server says so.</param>
/// <param name="Status">As of RFC 3463, e.g. <c>5.1.1</c>.</param>
/// <param name="Diagnostic">The other server's words, printable and at most 500 characters.</param>
public sealed record RecipientFate(EmailAddress? Final, EmailAddress? Original, DeliveryAction Action, string Status, string? Diagnostic);

/// <summary>The answer of <see cref="DeliveryReport.Read"/>.</summary>
public abstract record DeliveryReading
{
    private DeliveryReading()
    {
    }

    public sealed record Report(DeliveryReport Content) : DeliveryReading;

    /// <summary>Some other mail, e.g. a person's answer or an out-of-office note.</summary>
    public sealed record NotABounce : DeliveryReading;

    /// <summary>Larger than the limits, or a bounce that cannot be understood.</summary>
    public sealed record Malformed(MimeFault Fault) : DeliveryReading;
}

/// <summary>A mail by which a server tells what became of another (RFC 3464, 6522, 6533), a bounce.</summary>
/// <param name="Message">The Message-Id of the other, if it is returned and of a form that we write.</param>
public sealed partial record DeliveryReport(MessageId? Message, ImmutableArray<RecipientFate> Recipients)
{
    private const int MostRecipients = 1_000, LongestDiagnostic = 500;

    /// <summary>Never throws, whatever the bytes are.</summary>
    /// <param name="limits">By default those of <see cref="MimeLimits"/>.</param>
    public static DeliveryReading Read(ReadOnlyMemory<byte> mail, MimeLimits? limits = null) => Of(MimeMessage.Read(mail, limits));

    /// <summary>The same for a mail that was read.</summary>
    public static DeliveryReading Of(MimeMessage mail)
    {
        if (mail.Stopped is { } stopped)
            return new DeliveryReading.Malformed(stopped);
        var whole = mail.Root;
        if (whole.MediaType != "multipart/report" || !IsDeliveryStatus(whole.Type.Parameters.GetValueOrDefault("report-type", "")))
            return new DeliveryReading.NotABounce();
        try
        {
            return new DeliveryReading.Report(new(Original(whole, mail.Limits), Fates(whole, mail.Limits)));
        }
        catch (UnreadableReportException e)
        {
            return new DeliveryReading.Malformed(e.Fault);
        }
    }

    private static bool IsDeliveryStatus(string type) => type.ToLowerInvariant() is "delivery-status" or "global-delivery-status";

    private static ImmutableArray<RecipientFate> Fates(MimePart whole, MimeLimits limits)
    {
        var part = whole.Parts.FirstOrDefault(part => part.MediaType is "message/delivery-status" or "message/global-delivery-status")
            ?? throw new UnreadableReportException(whole.BodyRange.Start, "The report has no delivery status.");
        var faults = new FaultList();
        var reader = new MimeReader(part.Content(), limits, faults);
        // Where the part is not encoded, that is the very place.
        int Place(int position) => part.BodyRange.Start + (part.IsEncoded ? 0 : position);
        var fates = ImmutableArray.CreateBuilder<RecipientFate>();
        // The first group is about the message as a whole.
        Group(reader);
        while (Group(reader) is { IsEmpty: false } fields)
        {
            if (fates.Count == MostRecipients)
                throw new UnreadableReportException(Place(fields[0].Position), $"There are more than {MostRecipients} recipients.");
            fates.Add(Fate(fields, Place(fields[0].Position)));
        }
        if (faults.Stopped is { } stopped)
            throw new UnreadableReportException(Place(stopped.Position), stopped.Why);
        return fates.Count > 0 ? fates.ToImmutable() : throw new UnreadableReportException(part.BodyRange.Start, "The report names no recipient.");
    }

    private static ImmutableArray<MimeHeader> Group(MimeReader reader)
    {
        var fields = reader.Fields();
        while (fields.IsEmpty && !reader.IsAtEnd)
            fields = reader.Fields();
        return fields;
    }

    private static RecipientFate Fate(ImmutableArray<MimeHeader> fields, int place)
    {
        string? Field(string name) => fields.FirstOrDefault(field => field.Is(name))?.Value;
        var action = FirstWord(Field("Action")).ToLowerInvariant() switch
        {
            "failed" => DeliveryAction.Failed,
            "delayed" => DeliveryAction.Delayed,
            "delivered" => DeliveryAction.Delivered,
            "relayed" => DeliveryAction.Relayed,
            "expanded" => DeliveryAction.Expanded,
            _ => throw new UnreadableReportException(place, "The action for a recipient is missing or not one."),
        };
        var status = FirstWord(Field("Status"));
        if (!StatusCode().IsMatch(status))
            throw new UnreadableReportException(place, "The status of a recipient is missing or not one.");
        if (Field("Final-Recipient") is not { } final)
            throw new UnreadableReportException(place, "A recipient is not named.");
        var diagnostic = Field("Diagnostic-Code") is { } words ? MailText.Shown(Encoding.UTF8.GetBytes(AfterType(words)), LongestDiagnostic) : null;
        return new(Address(final), Address(Field("Original-Recipient")), action, status, diagnostic);
    }

    // "rfc822; anna@example.org", "smtp; 550 5.1.1 nobody here": a type stands before what is meant.
    private static string AfterType(string value) => value[(value.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim();

    private static EmailAddress? Address(string? field)
    {
        var text = AfterType(field ?? "");
        return EmailAddress.TryParse(text is ['<', .. var inner, '>'] ? inner : text, out var address) ? address : null;
    }

    private static string FirstWord(string? value) => value is null ? "" : value.Split(' ', '\t', '(')[0];

    private static MessageId? Original(MimePart whole, MimeLimits limits)
    {
        var part = whole.Parts.FirstOrDefault(part =>
            part.MediaType is "message/rfc822" or "text/rfc822-headers" or "message/global" or "message/global-headers");
        if (part is null)
            return null;
        var headers = part.Parts is [var mail] ? mail.Headers : new MimeReader(part.Content(), limits, new FaultList()).Fields();
        var ids = headers.Where(header => header.Is("Message-Id")).ToArray();
        return ids is [var only] && MessageId.TryParse(only.Value, out var id) ? id : null;
    }

    [GeneratedRegex(@"^[245]\.[0-9]{1,3}\.[0-9]{1,3}$")]
    private static partial Regex StatusCode();
}

/// <summary>Leaves the reader of reports; <see cref="DeliveryReport.Of"/> turns it into an answer.</summary>
internal sealed class UnreadableReportException(int position, string why) : Exception(why)
{
    internal MimeFault Fault { get; } = new(position, why);
}
