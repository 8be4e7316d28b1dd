using System.Security.Cryptography;
using Aftercare.Server.Platform.Storage.Sealed;
using Xunit;

namespace Aftercare.SystemTests.Platform;

/// <summary>Counts what the whole process allocates, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(SealedMemoryTests), DisableParallelization = true)]
[Collection(nameof(SealedMemoryTests))]
public sealed class SealedMemoryTests : IDisposable
{
    private const long Size = 64L << 20;
    private const long Ceiling = 4L << 20;

    private readonly SealedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sealing_and_reading_64_MiB_allocates_less_than_4_MiB_in_all()
    {
        var stop = TestContext.Current.CancellationToken;
        var key = RandomNumberGenerator.GetBytes(32);
        var path = Path.Combine(_folder.Path, "blob");
        var buffer = new byte[32 * 1024];

        var before = GC.GetTotalAllocatedBytes(precise: true);
        await using (var output = File.Create(path))
            await SealedBlobWriter.WriteAsync(new SealedBlobTests.Pattern(Size), output, key, Size, stop);
        var written = GC.GetTotalAllocatedBytes(precise: true);

        long place = 0;
        await using (var stream = SealedBlobStream.Open(File.OpenRead(path), key))
        {
            while (await stream.ReadAsync(buffer, stop) is > 0 and var read)
            {
                Assert.Equal(SealedBlobTests.Pattern.At(place), buffer[0]);
                place += read;
            }
        }

        Assert.Equal(Size, place);
        Assert.InRange(written - before, 0, Ceiling);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - written, 0, Ceiling);
    }
}
