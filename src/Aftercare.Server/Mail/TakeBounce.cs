using System.Collections.Immutable;
using Aftercare.Channels.Mail;
using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Mail;

/// <summary>
/// A mail server hands over what came back to the mailbox for bounces (RFC 3464). Anybody can write a bounce, so only one that came to an address which carries our tag
/// says anything, and only about that one mail.
/// </summary>
internal static class TakeBounce
{
    private const int Tries = 5;
    private const string MediaType = "message/rfc822";

    /// <value>The headers in which servers write to whom a mail was delivered.</value>
    private static readonly ImmutableArray<string> Recipients = ["Delivered-To", "X-Original-To", "To"];

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/mail/bounces", Doors.Answered<Stores>(Take)).WithMetadata(new Allowed(Face.Desk, [Role.MailGateway])).WithFace(Face.Desk).DisableAntiforgery();

    private static async Task<IResult> Take(HttpContext context, Stores stores)
    {
        var stop = context.RequestAborted;
        if (context.Request.ContentType?.Split(';')[0].Trim().Equals(MediaType, StringComparison.OrdinalIgnoreCase) != true)
            return Refusal.Malformed("", $"This address takes one mail, as {MediaType}.").ToResult();
        if (context.Request.ContentLength > Doors.MaxBodyBytes)
            return TooLarge;
        var bytes = new byte[Doors.MaxBodyBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, stop);
        if (length > Doors.MaxBodyBytes)
            return TooLarge;
        var gateway = context.Features.Get<Viewer>()!;
        for (var attempt = 1; ; attempt++)
        {
            await using var store = stores.Open(gateway with { Actor = new Actor(gateway.Actor.Id, [Role.MailGateway, Role.System]) });
            try
            {
                return (await Handle(store, bytes.AsMemory(0, length), stop)).Refused(out var why, out var mail) ? why.ToResult() : TypedResults.Json(new { mail = mail.Id, stands = Words.Of(mail.Stage) });
            }
            catch (LostRaceException) when (attempt < Tries)
            {
                // Our own note that it was handed over came in between.
            }
        }
    }

    // Not 404: a wrong address in the pipe answers that, and such a bounce is to be kept until the address is right.
    private static Refusal NotOurs => Refusal.Malformed("", "It is about no mail that was sent from here.");

    private static Refusal TooLargeRefusal => new(Because.TooLarge, "too-large", "A bounce may have 1 MiB.");

    private static IResult TooLarge => TooLargeRefusal.ToResult();

    private static async Task<Outcome<SentMail>> Handle(Store store, ReadOnlyMemory<byte> handed, CancellationToken stop)
    {
        var bytes = WithoutEnvelopeLine(handed);
        var limits = new MimeLimits { MostBytes = Doors.MaxBodyBytes };
        var received = MimeMessage.Read(bytes, limits);
        var reading = DeliveryReport.Of(received);
        if (reading is DeliveryReading.Malformed malformed)
            return Refusal.Malformed("", $"{malformed.Fault.Why} (byte {malformed.Fault.Position})");
        if (reading is not DeliveryReading.Report { Content: var report })
            return Refusal.Malformed("", "This is a mail, but not one that says what became of another.");
        // A tag that is not ours looks like a mail that was never sent.
        if (await Mails.KeyOf(store, stop) is not { } key || Tagged(received, key) is not { } id || await store.Find<SentMail>(id, stop) is not { } mail)
            return NotOurs;
        if (report.Message is { } about && about.Text != mail.MessageId)
            return NotOurs;
        if (mail.Stage == SentMailStage.Bounced || report.Recipients.FirstOrDefault(fate => fate.Action == DeliveryAction.Failed) is not { } failed)
            return mail;
        if (mail.Bounce(failed.Status, store.Actor).Refused(out var why, out var bounced))
            return why;
        await Mails.DropLink(store, id, stop);
        return (await store.Record(new Done("/desk/mail/sent", id), stop, Change.To(mail, bounced))).Refused(out why, out _) ? why : (await store.Find<SentMail>(id, stop))!;
    }

    // What a mail server pipes into a command begins with a line of its own, as in a mailbox file: From, sender, date.
    private static ReadOnlyMemory<byte> WithoutEnvelopeLine(ReadOnlyMemory<byte> bytes) => bytes.Span.StartsWith("From "u8) ? bytes[(bytes.Span.IndexOf((byte)'\n') + 1)..] : bytes;

    private static Guid? Tagged(MimeMessage mail, byte[] key)
    {
        foreach (var recipient in Recipients.SelectMany(name => mail.People(name)))
        {
            if (recipient.Address is { } address && ReturnTag.Read(address.LocalPart, key) is { } id)
                return id;
        }
        return null;
    }
}
