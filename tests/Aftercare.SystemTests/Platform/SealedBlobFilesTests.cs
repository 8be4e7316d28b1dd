using System.Security.Cryptography;
using Aftercare.Server.Platform.Keys;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Storage.Sealed;
using Xunit;

namespace Aftercare.SystemTests.Platform;

public sealed class SealedBlobFilesTests : IDisposable
{
    private readonly SealedFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_saved_blob_reads_back_also_after_a_restart()
    {
        var plain = SealedBlobTests.Bytes(200_000);

        var blob = await _folder.BlobFiles().SaveAsync(new MemoryStream(plain), 200_000, Stop);

        Assert.Equal(SHA256.HashData(plain), blob.Sha256);
        Assert.Equal(200_000, blob.Length);
        Assert.Equal(plain, await Read(_folder.BlobFiles(), blob));
    }

    [Fact]
    public async Task The_file_has_a_random_name_in_two_levels_and_belongs_to_the_owner_alone()
    {
        var files = _folder.BlobFiles();

        var first = await files.SaveAsync(new MemoryStream([1, 2, 3]), 10, Stop);
        var second = await files.SaveAsync(new MemoryStream([1, 2, 3]), 10, Stop);

        Assert.Matches("^[0-9a-f]{32}$", first.FileId);
        Assert.NotEqual(first.FileId, second.FileId);
        Assert.Equal(first.Sha256, second.Sha256);
        Assert.True(File.Exists(_folder.File(first)));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(DurableFile.OwnerOnly, File.GetUnixFileMode(_folder.File(first)));
    }

    [Fact]
    public async Task An_upload_over_the_limit_leaves_no_file()
    {
        var files = _folder.BlobFiles();

        await Assert.ThrowsAsync<TooLargeException>(() => files.SaveAsync(new MemoryStream(new byte[200_001]), 200_000, Stop));

        Assert.DoesNotContain(_folder.AllFiles(), file => file.StartsWith(_folder.Blobs, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_no_file()
    {
        var files = _folder.BlobFiles();

        await Assert.ThrowsAsync<IOException>(() => files.SaveAsync(new BreaksOff(), 1_000_000, Stop));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => files.SaveAsync(new MemoryStream(new byte[10]), 1_000_000, new CancellationToken(canceled: true)));

        Assert.DoesNotContain(_folder.AllFiles(), file => file.StartsWith(_folder.Blobs, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_uploads_at_once_are_kept_apart()
    {
        var files = _folder.BlobFiles();
        var plains = Enumerable.Range(0, 40).Select(i => SealedBlobTests.Bytes(60_000 + (i * 500))).ToArray();

        var blobs = await Task.WhenAll(plains.Select(plain => Task.Run(() => files.SaveAsync(new MemoryStream(plain), 100_000, Stop), Stop)));

        for (var i = 0; i < plains.Length; i++)
            Assert.Equal(plains[i], await Read(files, blobs[i]));
    }

    [Fact]
    public async Task Two_files_exchanged_on_disk_are_refused()
    {
        var files = _folder.BlobFiles();
        var first = await files.SaveAsync(new MemoryStream(SealedBlobTests.Bytes(1000)), 1000, Stop);
        var second = await files.SaveAsync(new MemoryStream(SealedBlobTests.Bytes(1000)), 1000, Stop);
        File.Copy(_folder.File(second), _folder.File(first), overwrite: true);

        Assert.Throws<SealBrokenException>(() => files.OpenRead(first));
    }

    [Fact]
    public async Task A_file_and_its_wrapped_key_given_to_another_record_are_refused()
    {
        var files = _folder.BlobFiles();
        var first = await files.SaveAsync(new MemoryStream(SealedBlobTests.Bytes(1000)), 1000, Stop);
        var second = await files.SaveAsync(new MemoryStream(SealedBlobTests.Bytes(1000)), 1000, Stop);
        File.Copy(_folder.File(second), _folder.File(first), overwrite: true);

        var broken = Assert.Throws<SealBrokenException>(() => files.OpenRead(first with { Key = second.Key }));

        Assert.Contains(first.FileId, broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_with_another_length_is_refused()
    {
        var files = _folder.BlobFiles();
        var blob = await files.SaveAsync(new MemoryStream(new byte[1000]), 1000, Stop);

        var broken = Assert.Throws<SealBrokenException>(() => files.OpenRead(blob with { Length = 999 }));

        Assert.Contains("1000 bytes; its record says 999", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_rotation_a_rewrapped_blob_needs_only_the_new_key()
    {
        var ring = _folder.Ring();
        var files = new BlobFiles(_folder.Blobs, ring);
        var plain = SealedBlobTests.Bytes(70_000);
        var blob = await files.SaveAsync(new MemoryStream(plain), 70_000, Stop);
        var old = ring.CurrentId;
        ring.Rotate();

        var rewrapped = blob with { Key = files.Rewrap(blob) };
        ring.Retire(old);

        Assert.Equal(plain, await Read(files, rewrapped));
        Assert.Throws<SealBrokenException>(() => files.OpenRead(blob));
    }

    [Fact]
    public async Task A_deleted_blob_is_gone_and_deleting_it_again_is_no_error()
    {
        var files = _folder.BlobFiles();
        var blob = await files.SaveAsync(new MemoryStream([1]), 1, Stop);

        files.Delete(blob.FileId);
        files.Delete(blob.FileId);
        files.Delete(new string('f', 32));

        Assert.False(File.Exists(_folder.File(blob)));
        Assert.Throws<FileNotFoundException>(() => files.OpenRead(blob));
    }

    [Theory]
    [InlineData("../../../../../../../../etc/passwd")]
    [InlineData("ABCDEF00112233445566778899AABBCC")]
    [InlineData("abc")]
    [InlineData("")]
    public void An_id_that_is_not_ours_never_becomes_a_path(string fileId) =>
        Assert.Throws<ArgumentException>(() => _folder.BlobFiles().Delete(fileId));

    [Fact]
    public async Task What_a_crash_left_is_swept_and_whole_blobs_stay()
    {
        var files = _folder.BlobFiles();
        var blob = await files.SaveAsync(new MemoryStream([1, 2, 3]), 3, Stop);
        File.WriteAllBytes(_folder.File(blob) + DurableFile.TemporaryEnding, [9]);

        Assert.Equal(1, files.SweepTemp());
        Assert.Equal(0, files.SweepTemp());

        Assert.Equal([1, 2, 3], await Read(files, blob));
        Assert.Equal(0, new BlobFiles(Path.Combine(_folder.Path, "never made"), _folder.Ring()).SweepTemp());
    }

    [Fact]
    public async Task A_file_without_a_record_is_an_orphan_once_it_is_old_enough()
    {
        var files = _folder.BlobFiles();
        var known = await files.SaveAsync(new MemoryStream([1]), 1, Stop);
        var orphan = await files.SaveAsync(new MemoryStream([2]), 1, Stop);
        var uploading = await files.SaveAsync(new MemoryStream([3]), 1, Stop);
        var noon = new DateTimeOffset(2026, 1, 7, 12, 0, 0, TimeSpan.Zero);
        File.SetLastWriteTimeUtc(_folder.File(known), noon.UtcDateTime);
        File.SetLastWriteTimeUtc(_folder.File(orphan), noon.UtcDateTime);
        File.SetLastWriteTimeUtc(_folder.File(uploading), noon.AddMinutes(61).UtcDateTime);
        File.WriteAllText(Path.Combine(_folder.Blobs, orphan.FileId[..2], "README"), "not a blob");

        Assert.Equal([orphan.FileId], files.Orphans(new HashSet<string> { known.FileId }, noon.AddMinutes(60)));
    }

    [Fact]
    public void An_atomic_write_replaces_the_whole_file_or_refuses_a_taken_name_and_leaves_nothing_behind()
    {
        var path = Path.Combine(_folder.Path, "file");

        DurableFile.WriteAllBytesAtomically(path, "first, and longer"u8, DurableFile.OwnerOnly);
        DurableFile.WriteAllBytesAtomically(path, "second"u8, DurableFile.OwnerOnly);
        Assert.Throws<IOException>(() => DurableFile.WriteAllBytesAtomically(path, "third"u8, DurableFile.OwnerOnly, overwrite: false));

        Assert.Equal("second", File.ReadAllText(path));
        Assert.Equal([path], _folder.AllFiles());
    }

    [Fact]
    public void A_folder_that_is_not_there_cannot_be_made_durable()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not flush folders");

        var refused = Assert.Throws<IOException>(() => DurableFile.SyncFolder(Path.Combine(_folder.Path, "nowhere")));

        Assert.Contains("nowhere", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<byte[]> Read(BlobFiles files, StoredBlob blob)
    {
        await using var stream = files.OpenRead(blob);
        var plain = new MemoryStream();
        await stream.CopyToAsync(plain, Stop);
        return plain.ToArray();
    }

    private sealed class BreaksOff() : MemoryStream(new byte[100_000])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? base.ReadAsync(buffer, cancellationToken) : throw new IOException("The client went away.");
    }
}
