using System.Collections.Immutable;
using Aftercare.Deliveries;
using Aftercare.Trust;
using Aftercare.Trust.Tuf;

namespace Aftercare.Cli;

/// <summary>The signed metadata does not offer what the server says it offers.</summary>
internal sealed class OfferMismatchException(string message) : UntrustedException(message);

/// <summary>What signed metadata says about the files of one update, and who signed it.</summary>
internal sealed record SignedRelease(ImmutableArray<TargetInfo> Files, InstallOffer Offer, ImmutableArray<string> Signers, MetadataSeen Seen)
{
    /// <summary>Finds every file of the offer in the metadata that the client trusts now.</summary>
    /// <exception cref="UntrustedException">A file is missing there, or is another one than the server says.</exception>
    internal static async Task<SignedRelease> Of(TufClient client, SiteFolder site, Offer offer, CancellationToken stop)
    {
        var files = ImmutableArray.CreateBuilder<TargetInfo>();
        foreach (var file in offer.Files)
        {
            var target = await client.FindTargetAsync(file.Path, stop) ?? throw new OfferMismatchException($"{file.Path} is not among the files that the manufacturer's people signed.");
            if (target.Sha256 != file.Sha256)
                throw new OfferMismatchException($"{file.Path} was signed with another content than the server offers.");
            if (Custom(target, "update") != offer.Update)
                throw new OfferMismatchException($"{file.Path} was signed for another update than {offer.Update}.");
            files.Add(target);
        }
        var line = offer.Files[0].Path.Split('/')[0];
        if (offer.Files.Any(file => file.Path.Split('/')[0] != line))
            throw new OfferMismatchException($"{offer.Update} names files of several products.");
        var fits = new InstallOffer(line, Custom(files[0], "release"), From(files[0]), offer.Withdrawn);
        return new SignedRelease(files.ToImmutable(), fits, Signed(client, site, line), Versions(client, site));
    }

    private static MetadataSeen Versions(TufClient client, SiteFolder site)
    {
        var timestamp = Metadata.ParseTimestamp(Kept(site, "timestamp")).Role;
        return new MetadataSeen(client.Root.Version, timestamp.Version, timestamp.Snapshot.Version);
    }

    // Read from the file that was just trusted: who of those who may sign did.
    private static ImmutableArray<string> Signed(TufClient client, SiteFolder site, string line)
    {
        var people = client.Targets.Delegations.Roles.First(role => role.Name == line);
        var signed = Metadata.ParseTargets(Kept(site, line), line);
        return [.. signed.Signatures
            .Where(one => people.KeyIds.Contains(one.KeyId) && client.Targets.Delegations.Keys.TryGetValue(one.KeyId, out var key) && key.Verify(signed.SignedBytes.Span, one.Value.Span))
            .Select(one => client.Targets.Delegations.Keys[one.KeyId].Custodian ?? one.KeyId[..8])];
    }

    private static byte[] Kept(SiteFolder site, string role) => File.ReadAllBytes(Path.Combine(site.Metadata, Uri.EscapeDataString(role) + ".json"));

    private static string Custom(TargetInfo target, string name) =>
        target.Custom is { } custom && custom.TryGetProperty(name, out var value) && value.GetString() is { } text
            ? text
            : throw new OfferMismatchException($"The signed metadata does not say the {name} of {target.Path}.");

    private static ImmutableArray<string> From(TargetInfo target) =>
        target.Custom is { } custom && custom.TryGetProperty("from", out var value)
            ? [.. value.EnumerateArray().Select(version => version.GetString()!)]
            : throw new OfferMismatchException($"The signed metadata does not say what {target.Path} installs over.");
}
