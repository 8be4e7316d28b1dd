using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.Deliveries;

/// <summary>An update from 4.1.0 to 4.2.0 on its way to a site with two devices.</summary>
internal static class SomeDelivery
{
    public const string Challenge = "challenge";

    public static Actor Publisher { get; } = Actor.Person(Some.Id("publisher"), Role.Publisher);

    public static Actor Engineer { get; } = Actor.Person(Some.Id("engineer"), Role.Service);

    public static Actor Operator { get; } = Actor.Person(Some.Id("operator"), Role.Operator);

    public static Actor Token { get; } = new($"site/{Some.Id("site"):D}", [Role.Operator, Role.Machine]);

    public static ReceiptFile File { get; } = new("pump/4.2.0/pump.bin", new string('a', 64));

    public static OfferedUpdate Update { get; } =
        new(Some.Id("update"), "U-2026-0003", Some.Id("product"), Some.Id("release 4.2.0"), "4.2.0", ["4.0.0", "4.1.0"], [File]);

    public static AudienceMember North { get; } = new(Some.Id("north"), "SN-1", "4.1.0");

    public static AudienceMember South { get; } = new(Some.Id("south"), "SN-2", "4.0.0");

    public static AudienceMember Late { get; } = new(Some.Id("late"), "SN-3", "4.0.0");

    public static Delivery Opened() =>
        Some.State<Delivery>(Publisher, [.. Delivery.Open(Update, Some.Id("site"), Challenge, [North, South], Publisher).Value]);

    public static Receipt Receipt(ReceiptResult result, string? device = "SN-1", string nonce = "1") => new(
        Aftercare.Deliveries.Receipt.NonceFor(Challenge, nonce), "U-2026-0003", result, [File], device, Before: "4.1.0", After: result == ReceiptResult.Installed ? "4.2.0" : null,
        Some.Monday, "aftercare 0.1.0", new MetadataSeen(1, 7, 5), result is ReceiptResult.Verified or ReceiptResult.Installed ? null : "It failed.");

    public static Delivery After(this Delivery delivery, Outcome<DeliveryEvent> happened, Actor by) => Some.Next(delivery, happened.Value, by);

    /// <summary>The delivery after the site's program sent this.</summary>
    public static Delivery With(this Delivery delivery, Receipt receipt) =>
        delivery.After(delivery.TakeReceipt(receipt, DigestOf(receipt), "key", delivery.NeedsReport(receipt) ? Some.Id("report") : null, "{}", Token), Token);

    /// <summary>Any digest will do, so long as another content has another one.</summary>
    public static string DigestOf(Receipt receipt) => $"{receipt.ToPredicate().ToJsonString()} {string.Join(' ', receipt.Files)}";

    public static Refusal WhyNot(this Delivery delivery, Receipt receipt) =>
        delivery.TakeReceipt(receipt, DigestOf(receipt), "key", delivery.NeedsReport(receipt) ? Some.Id("report") : null, "{}", Token).Refused(out var why, out _)
            ? why : throw new InvalidOperationException("It was taken.");
}
