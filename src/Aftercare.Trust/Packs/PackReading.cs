using System.IO.Compression;
using System.Security.Cryptography;
using Aftercare.Trust.Log;

namespace Aftercare.Trust.Packs;

/// <param name="Leaf">The hash that the bytes have as an entry of the log.</param>
internal sealed record PackContent(long Size, string Sha256, TreeHash Leaf);

/// <summary>Unpacks one member, never further than the caller allows: the sizes in a ZIP file are only claims.</summary>
internal static class PackReading
{
    private const int BufferLength = 80 * 1024;

    /// <summary>Null when the member unpacks to more than <paramref name="most"/> bytes.</summary>
    internal static PackContent? Hash(ZipArchiveEntry entry, long most)
    {
        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var leaf = MerkleTree.LeafHasher();
        var size = Read(entry, most, piece =>
        {
            content.AppendData(piece);
            leaf.AppendData(piece);
        });
        return size > most ? null : new PackContent(size, PackManifest.Hex(content), MerkleTree.Finish(leaf));
    }

    /// <summary>Null when the member unpacks to more than <paramref name="most"/> bytes.</summary>
    internal static byte[]? Bytes(ZipArchiveEntry entry, long most)
    {
        using var bytes = new MemoryStream();
        return Read(entry, most, piece => bytes.Write(piece)) > most ? null : bytes.ToArray();
    }

    /// <summary>What .NET throws on a ZIP file that is cut, bent, encrypted, or made by means it does not know.</summary>
    internal static bool IsDamage(Exception e) =>
        e is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException;

    private static long Read(ZipArchiveEntry entry, long most, Action<ReadOnlySpan<byte>> take)
    {
        using var content = entry.Open();
        var buffer = new byte[BufferLength];
        var size = 0L;
        for (int read; size <= most && (read = content.Read(buffer)) > 0; size += read)
            take(buffer.AsSpan(0, read));
        return size;
    }
}
