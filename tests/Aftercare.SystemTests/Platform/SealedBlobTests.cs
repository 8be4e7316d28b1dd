using System.Security.Cryptography;
using Aftercare.Server.Platform.Keys;
using Aftercare.Server.Platform.Storage.Sealed;
using Xunit;

namespace Aftercare.SystemTests.Platform;

public sealed class SealedBlobTests
{
    private const int Chunk = 65_536;
    private const int SealedChunk = Chunk + 16;
    private const int Header = 16;

    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(131_072)]
    [InlineData(3 * 65_536)]
    [InlineData((2 * 65_536) + 77)]
    [InlineData(10_000_000)]
    public async Task What_was_sealed_reads_back_byte_for_byte(int size)
    {
        var plain = Bytes(size);
        var output = new MemoryStream();

        var content = await SealedBlobWriter.WriteAsync(new MemoryStream(plain), output, Key, size, Stop);

        Assert.Equal(SHA256.HashData(plain), content.Sha256);
        Assert.Equal(size, content.Length);
        Assert.Equal(Header + size + (16 * Math.Max(1, (size + Chunk - 1) / Chunk)), output.Length);
        Assert.Equal(plain, await ReadAll(output.ToArray()));
    }

    [Fact]
    public async Task A_stream_that_comes_in_crumbs_gives_the_same_plain_bytes()
    {
        var plain = Bytes((2 * Chunk) + 5);
        var output = new MemoryStream();

        var content = await SealedBlobWriter.WriteAsync(new Crumbs(plain), output, Key, plain.Length, Stop);

        Assert.Equal(SHA256.HashData(plain), content.Sha256);
        Assert.Equal(plain, await ReadAll(output.ToArray()));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(11, 10)]
    [InlineData(Chunk + 1, Chunk)]
    [InlineData(5 * Chunk, (3 * Chunk) + 1)]
    public async Task One_byte_over_the_limit_is_refused_and_names_the_limit(int size, int limit)
    {
        var refused = await Assert.ThrowsAsync<TooLargeException>(
            () => SealedBlobWriter.WriteAsync(new MemoryStream(Bytes(size)), Stream.Null, Key, limit, Stop));

        Assert.Equal(limit, refused.Limit);
        Assert.Contains($"{limit} bytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endless_stream_is_given_up_one_chunk_after_its_limit()
    {
        var endless = new Pattern(long.MaxValue);

        await Assert.ThrowsAsync<TooLargeException>(() => SealedBlobWriter.WriteAsync(endless, Stream.Null, Key, 100_000, Stop));

        Assert.InRange(endless.Given, 100_001, 100_000 + Chunk + 1);
    }

    [Fact]
    public async Task Reading_at_random_places_equals_the_plain_bytes()
    {
        const int seed = 20_260_107;
        var random = new Random(seed);
        var plain = Bytes((5 * Chunk) + 1234);
        await using var stream = SealedBlobStream.Open(new MemoryStream(await Seal(plain)), Key);

        for (var i = 0; i < 2_000; i++)
        {
            var at = random.Next(plain.Length + 10);
            var buffer = new byte[random.Next(1, 2 * Chunk)];
            stream.Seek(at, SeekOrigin.Begin);
            var read = i % 2 == 0 ? stream.ReadAtLeast(buffer, buffer.Length, false) : await stream.ReadAtLeastAsync(buffer, buffer.Length, false, Stop);

            var expected = plain.AsSpan(Math.Min(at, plain.Length)..Math.Min(at + buffer.Length, plain.Length));
            Assert.True(expected.SequenceEqual(buffer.AsSpan(0, read)), $"{buffer.Length} bytes at {at} differ");
            Assert.Equal(at + read, stream.Position);
        }
    }

    [Fact]
    public async Task Seeking_counts_from_the_beginning_the_place_and_the_end()
    {
        var plain = Bytes(Chunk + 10);
        await using var stream = SealedBlobStream.Open(new MemoryStream(await Seal(plain)), Key);

        Assert.Equal(plain.Length - 3, stream.Seek(-3, SeekOrigin.End));
        Assert.Equal(plain[^3], stream.ReadByte());
        Assert.Equal(plain.Length - 1, stream.Seek(1, SeekOrigin.Current));
        Assert.Equal(plain[^1], stream.ReadByte());
        Assert.Equal(-1, stream.ReadByte());
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Seek(-1, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.Write([1]));
    }

    [Fact]
    public async Task A_blob_cut_anywhere_is_refused_before_a_byte_is_read()
    {
        var sealedBytes = await Seal(Bytes((2 * Chunk) + 100));
        int[] cuts = [0, 1, Header - 1, Header, Header + 15, Header + 16, Header + SealedChunk - 1, Header + SealedChunk,
            Header + SealedChunk + 16, Header + (2 * SealedChunk), sealedBytes.Length - 100, sealedBytes.Length - 1];

        foreach (var cut in cuts)
            Refused(sealedBytes[..cut]);
    }

    [Fact]
    public async Task A_blob_of_full_chunks_that_lost_its_last_one_is_refused()
    {
        var sealedBytes = await Seal(Bytes(3 * Chunk));

        Refused(sealedBytes[..^SealedChunk]);
    }

    [Fact]
    public async Task Appended_bytes_are_refused()
    {
        var full = await Seal(Bytes(Chunk));
        var partial = await Seal(Bytes(500));
        var empty = await Seal([]);

        foreach (var sealedBytes in new[] { full, partial, empty })
        {
            foreach (var more in new[] { 1, 16, 17, SealedChunk })
                Refused([.. sealedBytes, .. new byte[more]]);
            Refused([.. sealedBytes, .. sealedBytes[Header..]]);
        }
    }

    [Fact]
    public async Task Reordered_chunks_are_refused()
    {
        var sealedBytes = await Seal(Bytes((3 * Chunk) + 9));

        await RefusedWhenRead([.. Head(sealedBytes), .. ChunkOf(sealedBytes, 1), .. ChunkOf(sealedBytes, 0), .. sealedBytes[(Header + (2 * SealedChunk))..]]);
    }

    [Fact]
    public async Task A_duplicated_chunk_is_refused_in_place_of_another_or_added()
    {
        var sealedBytes = await Seal(Bytes((3 * Chunk) + 9));

        await RefusedWhenRead([.. Head(sealedBytes), .. ChunkOf(sealedBytes, 0), .. ChunkOf(sealedBytes, 0), .. sealedBytes[(Header + (2 * SealedChunk))..]]);
        Refused([.. Head(sealedBytes), .. ChunkOf(sealedBytes, 0), .. sealedBytes[Header..]]);
    }

    [Fact]
    public async Task A_dropped_chunk_is_refused()
    {
        var sealedBytes = await Seal(Bytes((3 * Chunk) + 9));

        Refused([.. Head(sealedBytes), .. sealedBytes[(Header + SealedChunk)..]]);
    }

    [Fact]
    public async Task A_chunk_from_another_file_is_refused_even_under_the_same_key()
    {
        var plain = Bytes((2 * Chunk) + 9);
        var first = await Seal(plain);
        var second = await Seal(plain);

        await RefusedWhenRead([.. Head(first), .. ChunkOf(second, 0), .. first[(Header + SealedChunk)..]]);
        Refused([.. first[..(Header + (2 * SealedChunk))], .. second[(Header + (2 * SealedChunk))..]]);
    }

    [Fact]
    public async Task Every_altered_header_byte_is_refused()
    {
        var sealedBytes = await Seal(Bytes(100));

        for (var i = 0; i < Header; i++)
            Refused(Altered(sealedBytes, i));
    }

    [Fact]
    public async Task An_unknown_version_is_refused_by_its_number()
    {
        var sealedBytes = await Seal(Bytes(100));
        sealedBytes[8] = 7;

        Assert.Contains("version 7", Refused(sealedBytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_altered_byte_anywhere_is_refused_when_its_chunk_is_read()
    {
        const int seed = 42;
        var random = new Random(seed);
        var sealedBytes = await Seal(Bytes((2 * Chunk) + 9));

        for (var i = 0; i < 40; i++)
            await RefusedWhenRead(Altered(sealedBytes, random.Next(sealedBytes.Length)));
    }

    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        var sealedBytes = await Seal(Bytes(100));

        Assert.Throws<SealBrokenException>(() => SealedBlobStream.Open(new MemoryStream(sealedBytes), RandomNumberGenerator.GetBytes(32)));
    }

    [Fact]
    public async Task A_stream_that_met_a_broken_chunk_still_reads_the_sound_ones_and_refuses_the_broken_one_again()
    {
        var plain = Bytes((2 * Chunk) + 9);
        var altered = Altered(await Seal(plain), Header + 5);
        await using var stream = SealedBlobStream.Open(new MemoryStream(altered), Key);
        var buffer = new byte[10];

        Assert.Throws<SealBrokenException>(() => stream.ReadExactly(buffer));
        stream.Position = Chunk;
        stream.ReadExactly(buffer);
        Assert.Equal(plain[Chunk..(Chunk + 10)], buffer);
        stream.Position = 0;
        Array.Clear(buffer);
        await Assert.ThrowsAsync<SealBrokenException>(async () => await stream.ReadExactlyAsync(buffer, Stop));
        Assert.Equal(new byte[10], buffer);
    }

    [Fact]
    public void A_stream_that_is_refused_closes_the_file_it_was_given()
    {
        var file = new MemoryStream(new byte[100]);

        Assert.Throws<SealBrokenException>(() => SealedBlobStream.Open(file, Key));

        Assert.False(file.CanRead);
    }

    [Fact]
    public async Task A_plain_run_of_zeros_leaves_no_trace_in_the_sealed_form()
    {
        var sealedBytes = await Seal(new byte[(2 * Chunk) + 9]);

        Assert.Equal(-1, sealedBytes.AsSpan().IndexOf(new byte[8]));
    }

    internal static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private static async Task<byte[]> Seal(byte[] plain)
    {
        var output = new MemoryStream();
        await SealedBlobWriter.WriteAsync(new MemoryStream(plain), output, Key, plain.Length, Stop);
        return output.ToArray();
    }

    private static async Task<byte[]> ReadAll(byte[] sealedBytes)
    {
        await using var stream = SealedBlobStream.Open(new MemoryStream(sealedBytes), Key);
        var plain = new MemoryStream();
        await stream.CopyToAsync(plain, Stop);
        Assert.Equal(stream.Length, plain.Length);
        return plain.ToArray();
    }

    private static SealBrokenException Refused(byte[] sealedBytes) =>
        Assert.Throws<SealBrokenException>(() => SealedBlobStream.Open(new MemoryStream(sealedBytes), Key));

    private static Task<SealBrokenException> RefusedWhenRead(byte[] sealedBytes) => Assert.ThrowsAsync<SealBrokenException>(() => ReadAll(sealedBytes));

    private static byte[] Head(byte[] sealedBytes) => sealedBytes[..Header];

    private static byte[] ChunkOf(byte[] sealedBytes, int number) => sealedBytes.AsSpan(Header + (number * SealedChunk), SealedChunk).ToArray();

    private static byte[] Altered(byte[] bytes, int at)
    {
        var altered = bytes.ToArray();
        altered[at] ^= 0x10;
        return altered;
    }

    /// <summary>Gives one to 999 bytes at a time, as a slow network does.</summary>
    private sealed class Crumbs(byte[] bytes) : MemoryStream(bytes)
    {
        private readonly Random _random = new(1);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, _random.Next(1, 1000))], cancellationToken);
    }

    /// <summary>A long stream that exists nowhere: its byte at n is n mod 251.</summary>
    internal sealed class Pattern(long length) : Stream
    {
        internal long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => Given; set => throw new NotSupportedException(); }

        internal static byte At(long place) => (byte)(place % 251);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, length - Given);
            for (var i = 0; i < count; i++)
                buffer[i] = At(Given + i);
            Given += count;
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
