using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Ledger;

namespace Aftercare.Deliveries;

/// <summary>What a receipt reports.</summary>
public enum ReceiptResult
{
    Verified,
    VerificationFailed,
    Installed,
    InstallFailed,
    RolledBack,
}

/// <param name="Path"><c>line/release/file</c>.</param>
/// <param name="Sha256">Lowercase hex, as the manufacturer signed it.</param>
public sealed record ReceiptFile(string Path, string Sha256);

/// <summary>Which signed metadata the site's program went by.</summary>
/// <param name="Root">Version of the root; the others alike.</param>
public sealed record MetadataSeen(long Root, long Timestamp, long Snapshot);

/// <summary>
/// What the site's program says about an update, before it is signed. Travels as the predicate of an in-toto statement whose subjects are the files.
/// </summary>
/// <param name="Nonce">The delivery's challenge, a dot and random characters: it names this one receipt.</param>
/// <param name="Update">The update's number, e.g. <c>U-2026-0003</c>.</param>
/// <param name="Device">The device's serial; null: for every device of the site that waits for the update.</param>
/// <param name="Before">The version that the device ran before; null where not stated.</param>
/// <param name="After">The version that it runs now; null where not stated.</param>
/// <param name="At">When, by the clock of the site's computer.</param>
/// <param name="Tool">Name and version of the program.</param>
/// <param name="Seen">Null when no metadata could be trusted.</param>
/// <param name="Reason">Why it failed; null when it did not.</param>
public sealed record Receipt(
    string Nonce, string Update, ReceiptResult Result, ImmutableArray<ReceiptFile> Files, string? Device, string? Before, string? After,
    Instant At, string Tool, MetadataSeen? Seen, string? Reason)
{
    public const string PredicateType = "urn:aftercare:receipt:1";

    /// <value>32 KiB for a receipt in its signed envelope: it is kept in the ledger, where every proof stands on its own.</value>
    public const int MaxEnvelopeBytes = 32 * 1024;

    /// <value>50, as an update has at most.</value>
    public const int MaxFiles = 50;

    private const int MaxText = 500;
    private const int MaxShort = 200;

    /// <summary>Needs only to differ from any other: 1 to 100 characters after the challenge.</summary>
    public static string NonceFor(string challenge, string random) => $"{challenge}.{random}";

    public JsonObject ToPredicate()
    {
        var json = new JsonObject
        {
            ["nonce"] = Nonce,
            ["update"] = Update,
            ["result"] = JsonNamingPolicy.KebabCaseLower.ConvertName(Result.ToString()),
            ["at"] = At.ToString(),
            ["tool"] = Tool,
        };
        foreach (var (name, value) in new[] { ("device", Device), ("before", Before), ("after", After), ("reason", Reason) })
            if (value is not null)
                json[name] = value;
        if (Seen is not null)
            json["metadata"] = new JsonObject { ["root"] = Seen.Root, ["timestamp"] = Seen.Timestamp, ["snapshot"] = Seen.Snapshot };
        return json;
    }

    /// <summary>Reads a predicate whose signature holds. Every fault is named.</summary>
    /// <param name="files">The subjects of the statement.</param>
    public static Outcome<Receipt> Read(JsonElement predicate, ImmutableArray<ReceiptFile> files)
    {
        if (predicate.ValueKind != JsonValueKind.Object)
            return Refusal.Malformed("/predicate", "Must be an object.");
        var read = new Reading(predicate);
        var receipt = new Receipt(
            read.Text("nonce", MaxShort) ?? "", read.Text("update", MaxShort) ?? "", read.Result(), files,
            read.TextOrNull("device"), read.TextOrNull("before"), read.TextOrNull("after"), read.At(), read.Text("tool", MaxShort) ?? "",
            read.Metadata(), read.TextOrNull("reason", MaxText));
        read.Expect(files.Length is > 0 and <= MaxFiles, "/subject", $"Must name 1 to {MaxFiles} files.");
        var aboutOne = receipt.Result is ReceiptResult.Installed or ReceiptResult.InstallFailed or ReceiptResult.RolledBack;
        read.Expect(!aboutOne || receipt.Device is not null, "/predicate/device", "An installation is reported for one device: its serial is needed.");
        return read.Faults.IsEmpty ? receipt : Refusal.Malformed(read.Faults);
    }

    private sealed class Reading(JsonElement json)
    {
        private readonly ImmutableArray<Fault>.Builder _faults = ImmutableArray.CreateBuilder<Fault>();

        internal ImmutableArray<Fault> Faults => _faults.ToImmutable();

        internal void Expect(bool holds, string at, string reason)
        {
            if (!holds)
                _faults.Add(new Fault(at, reason));
        }

        internal string? Text(string name, int max)
        {
            var text = TextOrNull(name, max);
            Expect(text is not null, $"/predicate/{name}", "This is needed.");
            return text;
        }

        internal string? TextOrNull(string name, int max = MaxShort)
        {
            if (!json.TryGetProperty(name, out var value))
                return null;
            if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.Length > 0 && text.Length <= max && !text.Any(char.IsControl))
                return text;
            Expect(false, $"/predicate/{name}", $"Must be text of 1 to {max} characters without line breaks.");
            return "";
        }

        internal ReceiptResult Result()
        {
            var word = Text("result", MaxShort);
            foreach (var result in Enum.GetValues<ReceiptResult>())
                if (JsonNamingPolicy.KebabCaseLower.ConvertName(result.ToString()) == word)
                    return result;
            Expect(false, "/predicate/result", "Must be verified, verification-failed, installed, install-failed or rolled-back.");
            return default;
        }

        internal Instant At()
        {
            if (DateTimeOffset.TryParseExact(Text("at", MaxShort), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
                return Instant.From(at);
            Expect(false, "/predicate/at", "Must be like 2026-03-04T10:20:00.000Z.");
            return default;
        }

        internal MetadataSeen? Metadata()
        {
            if (!json.TryGetProperty("metadata", out var seen))
                return null;
            if (Number(seen, "root") is { } root && Number(seen, "timestamp") is { } timestamp && Number(seen, "snapshot") is { } snapshot)
                return new MetadataSeen(root, timestamp, snapshot);
            Expect(false, "/predicate/metadata", "Must give root, timestamp and snapshot as whole numbers.");
            return null;
        }

        private static long? Number(JsonElement json, string name) =>
            json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
    }
}
