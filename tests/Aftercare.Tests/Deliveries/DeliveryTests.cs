using System.Collections.Immutable;
using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Deliveries;

public sealed class DeliveryTests
{
    [Fact]
    public void An_offered_update_is_available_to_every_device_of_the_audience_by_this_servers_own_log()
    {
        var delivery = SomeDelivery.Opened();

        Assert.Equal([DeliveryStep.Available, DeliveryStep.Available], delivery.Devices.Values.Select(device => device.Current));
        Assert.All(delivery.Devices.Values, device => Assert.Equal([EvidenceKind.ServerLog, EvidenceKind.ServerLog], device.Steps.Select(step => step.Evidence)));
    }

    [Fact]
    public void A_site_without_an_affected_device_gets_no_delivery() =>
        Assert.Equal("delivery.no-audience", Why(Delivery.Open(SomeDelivery.Update, Some.Id("site"), "x", [], SomeDelivery.Publisher)).Code);

    [Fact]
    public void A_large_site_is_opened_in_several_entries_each_within_the_limit()
    {
        ImmutableArray<AudienceMember> many = [.. Enumerable.Range(0, 950).Select(n => new AudienceMember(Some.Id($"device {n}"), $"SN-{n}-{new string('x', 90)}", "4.0.0"))];
        var files = Enumerable.Range(0, 50).Select(n => new ReceiptFile($"pump/4.2.0/{n}{new string('y', 180)}", new string('a', 64)));

        var delivery = Some.State<Delivery>(SomeDelivery.Publisher,
            [.. Delivery.Open(SomeDelivery.Update with { Files = [.. files] }, Some.Id("site"), "x", many, SomeDelivery.Publisher).Value]);

        Assert.Equal(950, delivery.Devices.Count);
        Assert.Equal(11, delivery.Version);
        Assert.All(delivery.Devices.Values, device => Assert.Equal(DeliveryStep.Available, device.Current));
    }

    [Fact]
    public void A_device_that_is_found_later_extends_the_audience_and_takes_nothing_from_the_others()
    {
        var delivery = SomeDelivery.Opened().With(SomeDelivery.Receipt(ReceiptResult.Installed));

        var extended = delivery.ExtendAudience([SomeDelivery.North, SomeDelivery.Late], SomeDelivery.Publisher).Value
            .Aggregate(delivery, (state, happened) => Some.Next(state, happened, SomeDelivery.Publisher));

        Assert.Equal(DeliveryStep.Installed, extended.Devices[SomeDelivery.North.Device].Current);
        Assert.Equal(DeliveryStep.Available, extended.Devices[SomeDelivery.Late.Device].Current);
        Assert.Empty(extended.ExtendAudience([SomeDelivery.Late], SomeDelivery.Publisher).Value);
    }

    [Fact]
    public void A_notice_after_the_offer_is_on_record_and_takes_no_device_back()
    {
        var delivery = SomeDelivery.Opened();

        delivery = delivery.After(delivery.Notify(NoticeChannel.Letter, Stated.Parse("2026-03-03", null), "Letter 4711", SomeDelivery.Publisher), SomeDelivery.Publisher);

        var device = delivery.Devices[SomeDelivery.North.Device];
        Assert.Equal(DeliveryStep.Available, device.Current);
        Assert.Equal(EvidenceKind.ServiceReport, device.First(DeliveryStep.Notified)!.Evidence);
    }

    [Fact]
    public void A_verified_receipt_says_fetched_too_and_moves_every_device_that_waits_when_it_names_none()
    {
        var delivery = SomeDelivery.Opened().With(SomeDelivery.Receipt(ReceiptResult.Installed, "SN-2", "1"));

        delivery = delivery.With(SomeDelivery.Receipt(ReceiptResult.Verified, device: null, nonce: "2"));

        var north = delivery.Devices[SomeDelivery.North.Device];
        Assert.Equal(DeliveryStep.Verified, north.Current);
        Assert.Equal(EvidenceKind.SignedReceipt, north.First(DeliveryStep.Fetched)!.Evidence);
        Assert.Equal(DeliveryStep.Installed, delivery.Devices[SomeDelivery.South.Device].Current);
    }

    [Fact]
    public void A_signed_receipt_is_the_strongest_evidence_and_a_customers_word_does_not_weaken_it()
    {
        var told = SomeDelivery.Opened();
        told = told.After(told.Confirm([SomeDelivery.North.Device], Stated.Parse("2026-03-05", null), null, SomeDelivery.Operator), SomeDelivery.Operator);
        Assert.Equal(EvidenceKind.CustomerStatement, told.Devices[SomeDelivery.North.Device].InstalledBy);

        var signed = SomeDelivery.Opened().With(SomeDelivery.Receipt(ReceiptResult.Installed));
        signed = signed.After(signed.Confirm([SomeDelivery.North.Device], Stated.Parse("2026-03-05", null), null, SomeDelivery.Operator), SomeDelivery.Operator);

        Assert.Equal((DeliveryStep.Confirmed, EvidenceKind.SignedReceipt), (signed.Devices[SomeDelivery.North.Device].Current, signed.Devices[SomeDelivery.North.Device].InstalledBy));
        Assert.True(EvidenceKind.SignedReceipt > EvidenceKind.ServerLog && EvidenceKind.ServerLog > EvidenceKind.ServiceReport
            && EvidenceKind.ServiceReport > EvidenceKind.CustomerStatement && EvidenceKind.CustomerStatement > EvidenceKind.None);
    }

    [Fact]
    public void A_device_that_went_back_is_not_counted_as_installed()
    {
        var delivery = SomeDelivery.Opened().With(SomeDelivery.Receipt(ReceiptResult.Installed, nonce: "1")).With(SomeDelivery.Receipt(ReceiptResult.RolledBack, nonce: "2"));

        Assert.Equal((DeliveryStep.RolledBack, EvidenceKind.None), (delivery.Devices[SomeDelivery.North.Device].Current, delivery.Devices[SomeDelivery.North.Device].InstalledBy));
    }

    [Fact]
    public void An_engineers_installation_is_recorded_like_the_sites_own()
    {
        var delivery = SomeDelivery.Opened();
        var reported = delivery.ReportService(SomeDelivery.North.Device, DeliveryStep.Installed, Stated.Parse("2026-03-04", null), "SR-12", null, SomeDelivery.Engineer);

        delivery = delivery.After(reported, SomeDelivery.Engineer);

        var step = delivery.Devices[SomeDelivery.North.Device].Steps[^1];
        Assert.Equal((DeliveryStep.Installed, EvidenceKind.ServiceReport, "2026-03-04", "SR-12", Role.Service), (step.Step, step.Evidence, step.Said!.Text, step.Note, step.Role));
    }

    [Fact]
    public void A_declining_site_says_why_and_what_protects_the_device_and_may_change_its_mind()
    {
        var delivery = SomeDelivery.Opened();
        var (reason, mitigation) = (new TextRef(Some.Id("reason"), "a"), new TextRef(Some.Id("mitigation"), "b"));

        delivery = delivery.After(delivery.Decline([SomeDelivery.North.Device], reason, mitigation, SomeDelivery.Operator), SomeDelivery.Operator);
        Assert.Equal([reason, mitigation], delivery.Devices[SomeDelivery.North.Device].Steps[^1].Words);

        delivery = delivery.After(delivery.Consent([SomeDelivery.North.Device], SomeDelivery.Operator), SomeDelivery.Operator);
        Assert.Equal(DeliveryStep.Consented, delivery.Devices[SomeDelivery.North.Device].Current);
    }

    [Fact]
    public void Withdrawal_ends_what_is_open_and_leaves_what_is_installed()
    {
        var delivery = SomeDelivery.Opened().With(SomeDelivery.Receipt(ReceiptResult.Installed));

        delivery = delivery.After(delivery.Supersede("Withdrawn.", SomeDelivery.Publisher), SomeDelivery.Publisher);

        Assert.Equal(DeliveryStep.Installed, delivery.Devices[SomeDelivery.North.Device].Current);
        Assert.Equal(DeliveryStep.Superseded, delivery.Devices[SomeDelivery.South.Device].Current);
        Assert.Equal("delivery.wrong-stage", Why(delivery.Consent([SomeDelivery.South.Device], SomeDelivery.Operator)).Code);
    }

    [Fact]
    public void What_was_installed_is_believed_after_withdrawal_and_a_stale_verification_is_not()
    {
        var delivery = SomeDelivery.Opened();
        delivery = delivery.After(delivery.Supersede("Withdrawn.", SomeDelivery.Publisher), SomeDelivery.Publisher);

        Assert.Equal("receipt.superseded", delivery.WhyNot(SomeDelivery.Receipt(ReceiptResult.Verified)).Code);
        Assert.Equal(DeliveryStep.Installed, delivery.With(SomeDelivery.Receipt(ReceiptResult.Installed)).Devices[SomeDelivery.North.Device].Current);
    }

    [Fact]
    public void The_same_receipt_again_is_known_and_another_under_its_nonce_is_refused()
    {
        var receipt = SomeDelivery.Receipt(ReceiptResult.Verified);
        var delivery = SomeDelivery.Opened().With(receipt);

        Assert.True(delivery.Knows(receipt, SomeDelivery.DigestOf(receipt)));
        Assert.Equal("receipt.nonce-reused", delivery.WhyNot(receipt with { Result = ReceiptResult.Installed, After = "4.2.0" }).Code);
    }

    [Fact]
    public void A_receipt_that_does_not_match_the_delivery_is_refused_by_what_differs()
    {
        var delivery = SomeDelivery.Opened();
        var receipt = SomeDelivery.Receipt(ReceiptResult.Installed);

        Assert.Equal("receipt.other-update", delivery.WhyNot(receipt with { Update = "U-2026-0002" }).Code);
        Assert.Equal("receipt.foreign", delivery.WhyNot(receipt with { Nonce = "another.1" }).Code);
        Assert.Equal("receipt.foreign", delivery.WhyNot(receipt with { Nonce = SomeDelivery.Challenge + "." }).Code);
        Assert.Equal("receipt.other-files", delivery.WhyNot(receipt with { Files = [SomeDelivery.File with { Sha256 = new string('b', 64) }] }).Code);
        Assert.Equal("receipt.wrong-device", delivery.WhyNot(receipt with { Device = "SN-9" }).Code);
        Assert.Equal("receipt.other-version", delivery.WhyNot(receipt with { After = "4.1.9" }).Code);
        Assert.Equal("receipt.other-version", delivery.WhyNot(receipt with { Before = "3.0.0" }).Code);
        Assert.Equal("receipt.other-version", delivery.WhyNot(SomeDelivery.Receipt(ReceiptResult.RolledBack) with { After = "4.2.0" }).Code);
    }

    [Fact]
    public void Only_a_machine_brings_receipts() =>
        Assert.True(SomeDelivery.Opened().TakeReceipt(SomeDelivery.Receipt(ReceiptResult.Verified), "d", "k", null, "{}", SomeDelivery.Operator).Refused(out var why, out _)
            && why.Code == "delivery.wrong-role");

    [Fact]
    public void A_refused_receipt_is_recorded_once_and_a_flood_of_them_is_not()
    {
        var delivery = SomeDelivery.Opened();
        var why = Refusal.State("receipt.foreign", "The receipt was made for another delivery.");
        for (var n = 0; n < 100; n++)
            delivery = delivery.After(delivery.RefuseReceipt($"{n}", why, SomeDelivery.Token)!, SomeDelivery.Token);

        Assert.Null(delivery.RefuseReceipt("7", why, SomeDelivery.Token));
        Assert.Null(delivery.RefuseReceipt("new", why, SomeDelivery.Token));
        Assert.Equal(DeliveryStep.Available, delivery.Devices[SomeDelivery.North.Device].Current);
    }

    [Fact]
    public void A_failed_verification_needs_one_report_until_the_site_has_verified_the_update()
    {
        var failed = SomeDelivery.Receipt(ReceiptResult.VerificationFailed, nonce: "1");
        var delivery = SomeDelivery.Opened();
        Assert.True(delivery.NeedsReport(failed));

        delivery = delivery.With(failed);
        Assert.Equal((DeliveryStep.VerificationFailed, Some.Id("report")), (delivery.Devices[SomeDelivery.North.Device].Current, delivery.FailureReport));
        Assert.False(delivery.NeedsReport(SomeDelivery.Receipt(ReceiptResult.VerificationFailed, nonce: "2")));

        delivery = delivery.With(SomeDelivery.Receipt(ReceiptResult.Verified, nonce: "3"));
        Assert.True(delivery.NeedsReport(SomeDelivery.Receipt(ReceiptResult.VerificationFailed, nonce: "4")));
    }

    [Fact]
    public void A_device_of_another_delivery_cannot_be_moved_here() =>
        Assert.Equal("malformed", Why(SomeDelivery.Opened().Consent([SomeDelivery.Late.Device], SomeDelivery.Operator)).Code);

    private static Refusal Why<T>(Outcome<T> outcome) where T : notnull => outcome.Refused(out var why, out _) ? why : throw new InvalidOperationException("It was not refused.");
}
