using System.Net;
using Aftercare.Deliveries;
using Aftercare.SystemTests.Fixtures;
using Aftercare.Trust.Keys;
using Xunit;

namespace Aftercare.SystemTests.Deliveries;

/// <summary>Receipts that no honest program sends.</summary>
public sealed class ReceiptTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task The_same_receipt_again_gets_the_same_answer_and_what_is_not_believed_is_refused_and_recorded(Db db)
    {
        await using var here = await Delivering.Begin(db, postgres);
        var (key, token) = await here.Enrolled();
        using var ours = key;
        using var other = FileKey.Create(KeyAlgorithm.EcdsaP256, "somebody else");
        var receipt = await here.Honest(token, ReceiptResult.Verified);

        Refused(await here.Post(Delivering.Sign(receipt, other), token), "receipt.other-key");
        var envelope = Delivering.Sign(receipt, ours);
        var first = await here.Post(envelope, token);
        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal(first, await here.Post(envelope, token));

        Refused(await here.Post(Delivering.Sign(receipt with { Result = ReceiptResult.Installed, After = "4.2.1" }, ours), token), "receipt.nonce-reused");
        Refused(await here.Post(Delivering.Sign(receipt with { Nonce = "made-up.2" }, ours), token), "receipt.foreign");
        Refused(await here.Post(Delivering.Sign(await here.Honest(token, ReceiptResult.Verified, "SN-9", "3"), ours), token), "receipt.wrong-device");
        Refused(await here.Post(Delivering.Sign((await here.Honest(token, ReceiptResult.Installed, nonce: "4")) with { After = "4.9.9" }, ours), token), "receipt.other-version");
        Refused(await here.Post(Delivering.Sign((await here.Honest(token, ReceiptResult.Verified, nonce: "5")) with { Files = [new("pump/4.2.1/pump.bin", new string('0', 64))] }, ours), token), "receipt.other-files");
        Refused(await here.Post(Delivering.Sign(receipt with { Update = "U-2020-0001", Nonce = receipt.Nonce + "6" }, ours), token), "receipt.no-delivery");

        var delivery = (await here.Desk.Publisher.Get(await here.DeliveryTo("St. Mary's Hospital", here.Desk.Publisher))).Shows("1 taken, 6 refused");
        foreach (var code in new[] { "receipt.other-key", "receipt.nonce-reused", "receipt.foreign", "receipt.wrong-device", "receipt.other-version", "receipt.other-files" })
            delivery.Shows(code);

        // The update is withdrawn: what comes too late is told so, and what is installed is still believed.
        (await here.Desk.Publisher.Submit(here.Update, here.Update + "/withdraw", ("reason", "It stops the alarm."), ("password", World.Password))).Is(HttpStatusCode.OK);
        Refused(await here.Post(Delivering.Sign(receipt with { Nonce = receipt.Nonce + "7" }, ours), token), "receipt.superseded");
        Assert.Equal(HttpStatusCode.OK, (await here.Post(Delivering.Sign((await here.Honest(token, ReceiptResult.Installed, nonce: "8")), ours), token)).Status);
        (await here.Desk.Publisher.Get(here.Coverage)).Shows("It stops the alarm.").Shows("No longer needed").Shows("Signed receipt of the site");
        (await here.Operator.Get($"/portal/updates/{here.Number}")).Shows("Withdrawn: do not install");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task The_door_for_receipts_takes_small_envelopes_with_a_sites_token_and_nothing_else(Db db)
    {
        await using var here = await Delivering.Begin(db, postgres);
        var (key, token) = await here.Enrolled();
        using var ours = key;
        var envelope = Delivering.Sign(await here.Honest(token, ReceiptResult.Verified), ours);

        Assert.Equal(HttpStatusCode.Unauthorized, (await here.Post(envelope, "nobody")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await here.Post(envelope, await here.Desk.Token("Developer"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await here.Post("{}"u8.ToArray(), token)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await here.Post("not JSON"u8.ToArray(), token)).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await here.Post(new byte[Receipt.MaxEnvelopeBytes + 1], token)).Status);
        using var cookie = new ByteArrayContent(envelope);
        Assert.Equal(HttpStatusCode.Forbidden, (await here.Operator.Http.PostAsync(new Uri("/api/v1/receipts", UriKind.Relative), cookie)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.Post(envelope, token)).Status);

        // Two receipts, each sent twice in one moment: each is taken once.
        var many = await Task.WhenAll(Enumerable.Range(0, 4).Select(async n =>
            await here.Post(Delivering.Sign((await here.Honest(token, ReceiptResult.Verified, "SN-2", $"many-{n % 2}")) with { At = new Aftercare.Ledger.Instant(1_790_000_000_000) }, ours), token)));
        Assert.All(many, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        (await here.Desk.Publisher.Get(await here.DeliveryTo("St. Mary's Hospital", here.Desk.Publisher))).Shows("3 taken, 0 refused");
    }

    private static void Refused((HttpStatusCode Status, string Body) answer, string code)
    {
        Assert.Contains(code, answer.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
    }
}
