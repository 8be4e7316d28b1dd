using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aftercare.Deliveries;
using Aftercare.Json;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Reports;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Reports;
using Aftercare.Trust.Dsse;
using Aftercare.Trust.Keys;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Deliveries;

/// <summary>
/// Takes a receipt that a site's key signed. The same receipt again gets the same answer; one that is not believed is refused and recorded; a failed verification
/// opens a report (IEC 81001-5-1 §9.2 source e) in the same transaction.
/// </summary>
public static class TakeReceipt
{
    private const int Tries = 5;

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/receipts", Doors.Answered<Stores>(Answer)).WithMetadata(new Allowed(Face.FrontDoor, [Role.Operator])).WithFace(Face.FrontDoor).DisableAntiforgery();

    private static async Task<IResult> Answer(HttpContext context, Stores stores)
    {
        var viewer = context.Features.Get<Viewer>()!;
        if (!viewer.Has(Role.Machine) || viewer.Sites is not [var site])
            return ErrorPages.Result(403, "api.cookie", "Receipts come with a site's token, not with the cookie of a browser.");
        if (await Body(context) is not { } bytes)
            return new Refusal(Because.TooLarge, "too-large", $"A receipt has at most {Receipt.MaxEnvelopeBytes / 1024} KiB.").ToResult();
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            await using var store = stores.Open(viewer);
            try
            {
                var answer = await Handle(store, site, bytes, context.RequestAborted);
                return answer.Refused(out var why, out var done)
                    ? why.ToResult()
                    : TypedResults.Json(new Dictionary<string, string> { ["id"] = done.Subject.ToString("D"), ["number"] = done.Number!, ["location"] = done.Location });
            }
            catch (LostRaceException)
            {
                // Judge it again by what stands now.
            }
        }
        return Refusal.State("contention", "Too many receipts come at once. Send it again in a moment.").ToResult();
    }

    private static async Task<Outcome<Done>> Handle(Store store, Guid siteId, byte[] bytes, CancellationToken stop)
    {
        if (await store.Find<Site>(siteId, stop) is not { Key: { } enrolled } site)
            return Refusal.State("receipt.no-key", "Your site has no key yet. Get a code on the portal and run: aftercare trust.");
        try
        {
            var envelope = DsseEnvelope.Parse(bytes, Receipt.MaxEnvelopeBytes);
            var digest = Convert.ToHexStringLower(SHA256.HashData(envelope.Payload.Span));
            var key = PublicKey.Parse(Encoding.UTF8.GetBytes(enrolled.PublicKeyJson));
            try
            {
                return await Judge(store, site, envelope.Verify([key], 1), digest, Encoding.UTF8.GetString(bytes), stop);
            }
            catch (EnvelopeSignatureException)
            {
                var why = Refusal.State("receipt.other-key", "The receipt is not signed with the key that your site has enrolled.");
                return await Refuse(store, await DeliveryOf(store, siteId, Claimed(envelope), stop), digest, why, stop);
            }
        }
        catch (MalformedEnvelopeException fault)
        {
            return Refusal.Malformed("", fault.Message);
        }
    }

    private static async Task<Outcome<Done>> Judge(Store store, Site site, VerifiedPayload verified, string digest, string envelope, CancellationToken stop)
    {
        var statement = InTotoStatement.From(verified);
        if (statement.PredicateType != Receipt.PredicateType)
            return Refusal.Malformed("/predicateType", $"Must be {Receipt.PredicateType}.");
        if (Receipt.Read(statement.Predicate, [.. statement.Subjects.Select(file => new ReceiptFile(file.Name, file.Sha256))]).Refused(out var why, out var receipt))
            return why;
        if (await DeliveryOf(store, site.Id, receipt.Update, stop) is not { } delivery)
            return Refusal.State("receipt.no-delivery", $"{receipt.Update} was not offered to your site.");
        if (delivery.Knows(receipt, digest))
            return To(delivery);
        Guid? report = delivery.NeedsReport(receipt) ? Store.NewId() : null;
        if (delivery.TakeReceipt(receipt, digest, verified.Signers[0].KeyId, report, envelope, store.Actor).Refused(out why, out var taken))
            return await Refuse(store, delivery, digest, why, stop);
        var changes = ImmutableArray.Create(Change.To(delivery, taken));
        if (report is { } id)
        {
            if ((await Tell(store, id, site, delivery, receipt, envelope, stop)).Refused(out why, out var received))
                return why;
            changes = changes.Add(Change.Begin(id, received));
        }
        return await store.Record(To(delivery), stop, changes.AddRange(await Devices(store, delivery, receipt, digest, stop)));
    }

    private static async Task<ImmutableArray<Change>> Devices(Store store, Delivery delivery, Receipt receipt, string digest, CancellationToken stop) =>
        receipt is { Result: ReceiptResult.Installed or ReceiptResult.RolledBack, Device: { } serial }
            ? await InstalledRelease.Of(store, delivery, [delivery.BySerial(serial)!.Device], receipt.After, HowKnown.SignedReceipt, $"Receipt {digest[..16]}", stop)
            : [];

    private static async Task<Outcome<ReportEvent.Received>> Tell(Store store, Guid id, Site site, Delivery delivery, Receipt receipt, string envelope, CancellationToken stop)
    {
        var text = string.Create(CultureInfo.InvariantCulture,
            $"The verification of {delivery.Update.Number} failed at {site.Name}{(receipt.Device is { } device ? $" for device {device}" : "")}. " +
            $"The site's program ({receipt.Tool}) says: {receipt.Reason ?? "no reason"} Expected files: {string.Join("; ", receipt.Files.Select(file => $"{file.Path} SHA-256 {file.Sha256}"))}.");
        return await Reception.Receive(store, id, new Telling(
            SourceCategory.AuditLog, Channel.FailedVerification, ReportRoute.Direct, FirstHeard: null, FirstHearer.Desk, Aftercare.Reports.Answer.Unknown, delivery.Update.Product,
            Contact: null, [(About.Description, text)], Encoding.UTF8.GetBytes(envelope)), stop);
    }

    private static async Task<Outcome<Done>> Refuse(Store store, Delivery? delivery, string digest, Refusal why, CancellationToken stop)
    {
        if (delivery?.RefuseReceipt(digest, why, store.Actor) is not { } refused)
            return why;
        if (refused.Refused(out var barred, out var noted))
            return barred;
        return (await store.Record(To(delivery), stop, Change.To(delivery, noted))).Refused(out var unrecorded, out _) ? unrecorded : why;
    }

    private static async Task<Delivery?> DeliveryOf(Store store, Guid site, string? number, CancellationToken stop)
    {
        var found = await (await store.Rows<DeliveryRow>(stop)).Where(row => row.Site == site && row.Number == number).Select(row => (Guid?)row.Subject).SingleOrDefaultAsync(stop);
        return found is { } id ? await store.Find<Delivery>(id, stop) : null;
    }

    // Nobody vouches for this: it only says on whose record the refusal is noted.
    private static string? Claimed(DsseEnvelope envelope) =>
        StrictJson.TryParse(envelope.Payload, out var json, out _) && json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty("predicate", out var predicate) && predicate.ValueKind == JsonValueKind.Object
            && predicate.TryGetProperty("update", out var update) && update.ValueKind == JsonValueKind.String ? update.GetString() : null;

    private static Done To(Delivery delivery) => new($"/portal/updates/{delivery.Update.Number}", delivery.Id, delivery.Update.Number);

    private static async Task<byte[]?> Body(HttpContext context)
    {
        var buffer = new byte[Receipt.MaxEnvelopeBytes + 1];
        var read = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted);
        return read > Receipt.MaxEnvelopeBytes ? null : buffer[..read];
    }
}
