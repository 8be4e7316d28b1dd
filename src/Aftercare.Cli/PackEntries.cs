using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Json;
using Aftercare.Ledger;
using Aftercare.Trust.Packs;

namespace Aftercare.Cli;

/// <summary>What the ledger entries of a pack say together, beyond each being in the log.</summary>
/// <param name="Subjects">Subjects whose entries are all there, from the first on.</param>
/// <param name="Signatures">Signatures of people that are bound to exactly the entry that carries them.</param>
/// <param name="Faults">Entries that are left out, or signatures that belong to something else.</param>
internal sealed record PackEntries(int Subjects, int Signatures, ImmutableArray<string> Faults)
{
    private const int MostEntryBytes = Entry.MaxBodyBytes + 16 * 1024;
    private const string Suffix = ".entry";

    /// <summary>Reads the entries of a pack whose members were compared already; those that differ are named there and left out here.</summary>
    internal static PackEntries Read(FileInfo pack, PackReport report)
    {
        var bad = report.Findings.Select(finding => finding.Member).ToHashSet(StringComparer.Ordinal);
        var faults = ImmutableArray.CreateBuilder<string>();
        var versions = new Dictionary<Guid, SortedSet<int>>();
        var signatures = 0;
        using var zip = ZipFile.OpenRead(pack.FullName);
        foreach (var member in report.Manifest.Members.Where(member => IsEntry(member) && !bad.Contains(member.Path)))
        {
            if (Parse(zip, member, faults) is not { } entry)
                continue;
            if (!(versions.TryGetValue(entry.Subject, out var known) ? known : versions[entry.Subject] = []).Add(entry.Version))
                faults.Add($"{member.Path} is a second version {entry.Version} of {entry.Subject}.");
            if (entry.SignedDigest is null)
                continue;
            if (entry.SignedDigest == entry.Digest)
                signatures++;
            else
                faults.Add($"{member.Path} carries a signature that belongs to something else.");
        }
        faults.AddRange(versions.Where(subject => subject.Value.Max != subject.Value.Count)
            .Select(subject => $"Of subject {subject.Key} the versions {Missing(subject.Value)} are left out."));
        return new PackEntries(versions.Count(subject => subject.Value.Max == subject.Value.Count), signatures, faults.ToImmutable());
    }

    private static bool IsEntry(PackMember member) =>
        member.Path.StartsWith("ledger/", StringComparison.Ordinal) && member.Path.EndsWith(Suffix, StringComparison.Ordinal);

    private static Skimmed? Parse(ZipArchive zip, PackMember member, ImmutableArray<string>.Builder faults)
    {
        if (member.Size > MostEntryBytes)
        {
            faults.Add($"{member.Path} is larger than an entry can be.");
            return null;
        }
        using var stream = zip.GetEntry(member.Path)!.Open();
        var bytes = new byte[member.Size];
        stream.ReadExactly(bytes);
        try
        {
            return Skim(StrictJson.Parse(bytes));
        }
        catch (Exception fault) when (fault is JsonFaultException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            faults.Add($"{member.Path} is not an entry: {fault.Message}");
            return null;
        }
    }

    // From the bytes alone: an entry of a kind that is newer than this command is checked like any other.
    private static Skimmed Skim(JsonElement entry)
    {
        var bound = new JsonObject();
        foreach (var member in (string[])["subject", "version", "kind", "body"])
            bound[member] = JsonNode.Parse(entry.GetProperty(member).GetRawText());
        return new Skimmed(
            entry.GetProperty("subject").GetGuid(),
            entry.GetProperty("version").GetInt32(),
            Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Rfc8785(bound))),
            entry.TryGetProperty("signature", out var signature) ? signature.GetProperty("digest").GetString() : null);
    }

    private static string Missing(SortedSet<int> versions) => string.Join(", ", Enumerable.Range(1, versions.Max).Where(version => !versions.Contains(version)).Take(10));

    /// <param name="Digest">What a signature on it has to bind.</param>
    /// <param name="SignedDigest">What its signature binds; null: it is not signed.</param>
    private sealed record Skimmed(Guid Subject, int Version, string Digest, string? SignedDigest);
}
