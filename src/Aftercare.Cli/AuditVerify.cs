using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Trust;
using Aftercare.Trust.Dsse;
using Aftercare.Trust.Keys;
using Aftercare.Trust.Log;
using Aftercare.Trust.Packs;

namespace Aftercare.Cli;

/// <summary>
/// <c>aftercare audit verify</c>: checks an evidence pack without any network: who signed it, that every member is as signed, that every ledger entry stands
/// in the log, and that no entry of a subject is left out. A pack that brings its own key proves nothing about where it comes from; so without
/// <c>--keys</c> the answer is no, however whole the pack is.
/// </summary>
internal static class AuditVerify
{
    /// <summary>Where a pack carries the public half of the key that signed it.</summary>
    internal const string KeyMember = "keys/statements.pub";

    private const int MostKeyBytes = 16 * 1024;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Argument<FileInfo> Pack = new("PACK") { Description = "The evidence pack, a .zip file" };
    private static readonly Option<string?> Keys = new("--keys") { Description = "The key that you trust: its fingerprint from the manufacturer's page /keys, or a .pub file" };
    private static readonly Option<string?> LogKey = new("--log-key") { Description = "The log's verifier key, or a file with it; default: the one that the signed manifest names" };
    private static readonly Option<bool> Json = new("--json") { Description = "Answers as JSON" };

    internal static Command Command { get; } = new Command("verify", "Checks an evidence pack, without a network") { Pack, Keys, LogKey, Json }
        .With(command => command.SetAction(Run));

    private static int Run(ParseResult said)
    {
        var file = said.GetRequiredValue(Pack);
        if (!file.Exists)
            throw new RefusedException($"There is no file {file.FullName}.");
        var verdict = Verify(file, said.GetValue(Keys), said.GetValue(LogKey));
        Console.WriteLine(said.GetValue(Json) ? ToJson(verdict).ToJsonString(Indented) : ToText(verdict));
        return verdict.Good ? 0 : 1;
    }

    private static PackVerdict Verify(FileInfo file, string? keys, string? logKey)
    {
        PublicKey? signer = null;
        try
        {
            using var pack = file.OpenRead();
            var report = PackVerifier.Verify(pack, envelope =>
            {
                var parsed = DsseEnvelope.Parse(envelope, new PackLimits().MaxManifestBytes);
                if (parsed.PayloadType != PackManifest.PayloadType)
                    throw new RefusedException($"The manifest is signed as {parsed.PayloadType}, which is something else.");
                signer = KeyOf(file, keys);
                return parsed.Verify([signer], 1).Payload.ToArray();
            });
            var log = logKey is null ? null : LogKeyOf(logKey);
            var entries = PackEntries.Read(file, report);
            return new PackVerdict(signer, keys is not null, Against(report, log), report, entries);
        }
        catch (Exception fault) when (fault is UntrustedException or RefusedException)
        {
            return new PackVerdict(signer, keys is not null, fault.Message, null, null);
        }
    }

    private static string? Against(PackReport report, NoteKey? log) =>
        log is null || report.Manifest.Log is null || report.Manifest.Log.Note.SignedBy.Contains(log)
            ? null
            : $"The pack's log is {report.Manifest.Log.Note.SignedBy[0]}, not the one that you trust.";

    private static PublicKey KeyOf(FileInfo pack, string? keys)
    {
        if (keys is not null && File.Exists(keys))
            return PublicKey.Parse(File.ReadAllBytes(keys));
        var included = Included(pack);
        if (keys is not null && Plain(keys) != Plain(included.Fingerprint))
            throw new RefusedException($"The pack is signed with another key than you trust. Its own says of itself: {included.Fingerprint}. It may be forged.");
        return included;
    }

    // The verifier has bounded the pack's directory before it asks who signed.
    private static PublicKey Included(FileInfo pack)
    {
        try
        {
            using var zip = ZipFile.OpenRead(pack.FullName);
            var member = zip.GetEntry(KeyMember) ?? throw new RefusedException($"The pack does not carry {KeyMember}. Give the key's .pub file with --keys.");
            using var stream = member.Open();
            var bytes = new byte[MostKeyBytes];
            return PublicKey.Parse(bytes.AsMemory(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
        }
        catch (Exception fault) when (fault is FormatException or InvalidDataException or NotSupportedException)
        {
            throw new RefusedException($"{KeyMember} in the pack is not a public key: {fault.Message}", fault);
        }
    }

    private static NoteKey LogKeyOf(string text) => NoteKey.Parse(File.Exists(text) ? File.ReadAllText(text).Trim() : text);

    private static string Plain(string fingerprint) => new([.. fingerprint.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant)]);

    private static string ToText(PackVerdict verdict)
    {
        var lines = new List<string>();
        if (verdict.Report is { } report)
        {
            lines.Add($"Pack: {report.Manifest.Purpose}");
            lines.Add($"Made: {report.Manifest.MadeAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC");
            lines.Add($"Signed by: {verdict.Signer!.Custodian}, fingerprint {verdict.Signer.Fingerprint}");
            lines.Add($"Members: {report.Manifest.Members.Length} listed, {report.Findings.Length} that differ");
            if (report.Manifest.Log is { } log)
                lines.Add($"Log: {log.Origin}, {log.Size} entries; {report.ProvedEntries} of them are in the pack and proved to stand in it");
            lines.Add($"Entries: {verdict.Entries!.Subjects} subjects from their first entry on; {verdict.Entries.Signatures} signatures of people bound to what they signed");
            lines.AddRange(report.Findings.Select(finding => $"  {Words(finding.Fault)}: {finding.Member} {finding.Detail}"));
            lines.AddRange(verdict.Entries.Faults.Select(fault => $"  {fault}"));
        }
        lines.Add(verdict.Summary);
        return string.Join(Environment.NewLine, lines);
    }

    private static JsonObject ToJson(PackVerdict verdict) => new()
    {
        ["verified"] = verdict.Good,
        ["summary"] = verdict.Summary,
        ["keyTrusted"] = verdict.KeyTrusted,
        ["signedBy"] = verdict.Signer is null ? null : new JsonObject { ["custodian"] = verdict.Signer.Custodian, ["fingerprint"] = verdict.Signer.Fingerprint, ["test"] = verdict.Signer.IsTest },
        ["purpose"] = verdict.Report?.Manifest.Purpose,
        ["madeAt"] = verdict.Report?.Manifest.MadeAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ["log"] = verdict.Report?.Manifest.Log is { } log ? new JsonObject { ["origin"] = log.Origin, ["size"] = log.Size, ["key"] = log.Note.SignedBy[0].ToString() } : null,
        ["members"] = verdict.Report?.Manifest.Members.Length,
        ["provedEntries"] = verdict.Report?.ProvedEntries,
        ["subjects"] = verdict.Entries?.Subjects,
        ["signatures"] = verdict.Entries?.Signatures,
        ["findings"] = new JsonArray([
            .. (verdict.Report?.Findings ?? []).Select(finding => (JsonNode)new JsonObject { ["member"] = finding.Member, ["fault"] = Words(finding.Fault), ["detail"] = finding.Detail }),
            .. (verdict.Entries?.Faults ?? []).Select(fault => (JsonNode)new JsonObject { ["member"] = "ledger", ["fault"] = "entries", ["detail"] = fault }),
        ]),
    };

    private static string Words(PackFault fault) => fault switch
    {
        PackFault.NotInLog => "not in the log",
        _ => fault.ToString().ToLowerInvariant(),
    };
}

/// <summary>All that can be said of a pack.</summary>
/// <param name="Signer">The key whose signature holds; null where none does.</param>
/// <param name="KeyTrusted">The person at the keyboard named the key, not the pack itself.</param>
/// <param name="Refused">Why it is not to be trusted at all; null when its members could be compared.</param>
internal sealed record PackVerdict(PublicKey? Signer, bool KeyTrusted, string? Refused, PackReport? Report, PackEntries? Entries)
{
    internal bool Good => Refused is null && KeyTrusted && IsWhole;

    internal string Summary =>
        Refused is not null ? $"REFUSED: {Refused}"
        : !IsWhole ? "REFUSED: the pack is not what was signed."
        : !KeyTrusted ? $"NOT PROVEN: the pack is whole, but its key came with it. Compare the fingerprint with the manufacturer's page /keys, then call this again with --keys \"{Signer!.Fingerprint}\"."
        : "VERIFIED: every member is as signed, every ledger entry is in the log, and no entry is left out between the first and the last.";

    private bool IsWhole => Report is { Findings.IsEmpty: true } && Entries is { Faults.IsEmpty: true };
}
