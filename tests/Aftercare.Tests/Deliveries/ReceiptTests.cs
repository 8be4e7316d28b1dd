using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Deliveries;
using Xunit;

namespace Aftercare.Tests.Deliveries;

public sealed class ReceiptTests
{
    [Theory]
    [InlineData(ReceiptResult.Verified)]
    [InlineData(ReceiptResult.VerificationFailed)]
    [InlineData(ReceiptResult.Installed)]
    [InlineData(ReceiptResult.InstallFailed)]
    [InlineData(ReceiptResult.RolledBack)]
    public void What_is_written_is_read_back(ReceiptResult result)
    {
        var receipt = SomeDelivery.Receipt(result);

        var read = Read(receipt.ToPredicate()).Value;

        Assert.Equal(SomeDelivery.DigestOf(receipt), SomeDelivery.DigestOf(read));
    }

    [Fact]
    public void Every_fault_of_a_receipt_is_named_with_its_place()
    {
        var refused = Read(new JsonObject { ["nonce"] = "", ["update"] = 7, ["result"] = "installed", ["at"] = "yesterday", ["tool"] = "a\nb", ["metadata"] = new JsonObject() });

        Assert.True(refused.Refused(out var why, out _));
        Assert.Equal(
            ["/predicate/at", "/predicate/device", "/predicate/metadata", "/predicate/nonce", "/predicate/tool", "/predicate/update"],
            why.Faults.Select(fault => fault.Field).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_receipt_names_1_to_50_files()
    {
        var predicate = JsonSerializer.SerializeToElement(SomeDelivery.Receipt(ReceiptResult.Verified).ToPredicate());

        Assert.True(Receipt.Read(predicate, []).Refused(out _, out _));
        Assert.True(Receipt.Read(predicate, [.. Enumerable.Repeat(SomeDelivery.File, 51)]).Refused(out _, out _));
    }

    private static Aftercare.Ledger.Outcome<Receipt> Read(JsonObject predicate) => Receipt.Read(JsonSerializer.SerializeToElement(predicate), [SomeDelivery.File]);
}
