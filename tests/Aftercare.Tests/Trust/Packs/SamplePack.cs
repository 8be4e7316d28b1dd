using System.IO.Compression;
using System.Text;
using Aftercare.Tests.Trust.Log;
using Aftercare.Trust;
using Aftercare.Trust.Keys;
using Aftercare.Trust.Log;
using Aftercare.Trust.Packs;

namespace Aftercare.Tests.Trust.Packs;

/// <summary>A pack as quality would send it, and the means to tamper with it.</summary>
internal static class SamplePack
{
    internal const string Origin = "aftercare.example/log";

    internal static readonly DateTimeOffset Monday = new(2026, 11, 16, 8, 30, 0, 250, TimeSpan.Zero);
    internal static readonly NoteSigner Log = NoteSigner.FromSeed(Origin, NoteTests.Seed(1));
    private static readonly byte[] PackSeed = NoteTests.Seed(7);

    internal static async Task<byte[]> Make(int size = 5, params int[] entries)
    {
        using var file = new MemoryStream();
        var (shelf, checkpoint) = LogOf(size);
        using var writer = new PackWriter(file, "Audit of case C-2026-0007", Monday, checkpoint);
        await writer.AddAsync("README.txt", "text/plain", Bytes("How to verify this pack."));
        await writer.AddAsync("cases/C-2026-0007.json", "application/json", Bytes("{\"stage\":\"closed\"}"));
        await writer.AddAsync("cases/C-2026-0008.json", "application/json", Bytes("{\"stage\":\"opened\"}"));
        foreach (var index in entries)
            await writer.AddEntryAsync(NaiveTree.Entry(index), TlogProof.Make(index, new TileReader(size, shelf.Fetch), checkpoint));
        await writer.FinishAsync(Sign);
        return file.ToArray();
    }

    internal static (Shelf Shelf, VerifiedCheckpoint Checkpoint) LogOf(int size)
    {
        var shelf = new Shelf();
        var range = shelf.Grow(CompactRange.Empty, size);
        return (shelf, VerifiedCheckpoint.Open(new Checkpoint(Origin, size, range.Root).Sign(Log), Log.Key));
    }

    internal static PackReport Verify(byte[] pack, PackLimits? limits = null)
    {
        using var stream = new MemoryStream(pack, writable: false);
        return PackVerifier.Verify(stream, Open, limits);
    }

    /// <summary>The pack with its members passed through a change and zipped anew: what an attacker without the key can do.</summary>
    internal static byte[] Tampered(byte[] pack, Action<List<Member>> change)
    {
        var members = Members(pack);
        change(members);
        return Zip(members);
    }

    /// <summary>As <see cref="Tampered"/>, but with the manifest signed anew: what a dishonest holder of the key can do.</summary>
    internal static byte[] Resigned(byte[] pack, Func<string, string> change) => Tampered(pack, members =>
    {
        var manifest = members.Find(m => m.Name == PackPath.Manifest)!;
        manifest.Content = Sign(Bytes(change(Encoding.UTF8.GetString(Open(manifest.Content)))));
    });

    internal static List<Member> Members(byte[] pack)
    {
        using var archive = new ZipArchive(new MemoryStream(pack));
        return [.. archive.Entries.Select(e => new Member(e.FullName, Content(e)))];
    }

    internal static byte[] Zip(List<Member> members)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var member in members)
            {
                var entry = archive.CreateEntry(member.Name);
                entry.ExternalAttributes = member.Attributes;
                using var content = entry.Open();
                content.Write(member.Content);
            }
        }
        return file.ToArray();
    }

    /// <summary>A stand-in for DSSE: the Ed25519 signature, then the payload.</summary>
    internal static byte[] Sign(byte[] manifest) => [.. Ed25519.Sign(PackSeed, manifest), .. manifest];

    internal static byte[] Open(byte[] envelope) =>
        envelope.Length > 64 && Ed25519.Verify(Ed25519.PublicKey(PackSeed), envelope.AsSpan(64), envelope.AsSpan(0, 64))
            ? envelope[64..]
            : throw new NotSignedException();

    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var bytes = new MemoryStream();
        using var content = entry.Open();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    internal sealed class Member(string name, byte[] content)
    {
        internal string Name { get; set; } = name;
        internal byte[] Content { get; set; } = content;
        internal int Attributes { get; set; }
    }

    internal sealed class NotSignedException() : UntrustedException("not signed by the pack key");
}
