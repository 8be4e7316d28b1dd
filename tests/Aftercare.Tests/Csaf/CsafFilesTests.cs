using Aftercare.Csaf;
using Xunit;

namespace Aftercare.Tests.Csaf;

public sealed class CsafFilesTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 4, 8, 0, 0, 0, TimeSpan.Zero);
    private static readonly ProviderSettings Settings = new(new Uri("https://psirt.example.com"), SomeCsaf.Publisher);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aftercare-csaf-");

    private string Root => Path.Combine(_folder.FullName, "public");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_was_published_is_on_disk_byte_for_byte_and_nothing_else()
    {
        var first = Publish("SA-1");
        var second = Publish("SA-2");
        var files = new CsafFiles(Root);
        await files.PublishAsync(Settings, [first.Listing], [first], Now, Stop);
        await files.PublishAsync(Settings, [first.Listing, second.Listing], [second], Now, Stop);

        var expected = ProviderTree.DocumentFiles(first).AddRange(ProviderTree.DocumentFiles(second))
            .AddRange(ProviderTree.IndexFiles(Settings, [first.Listing, second.Listing], Now));
        Assert.Equal(expected.Select(f => f.Path).Order(), OnDisk().Order());
        Assert.All(expected, file => Assert.Equal(file.Bytes.ToArray(), File.ReadAllBytes(Path.Combine(Root, file.Path))));
    }

    [Fact]
    public async Task Publishing_again_heals_a_damaged_tree()
    {
        var publication = Publish("SA-1");
        var files = new CsafFiles(Root);
        await files.PublishAsync(Settings, [publication.Listing], [publication], Now, Stop);
        var path = Path.Combine(Root, ".well-known/csaf/white/2026/sa-1.json");
        await File.WriteAllTextAsync(path, "damaged", Stop);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(path)!, ".sa-1.json.new"), "left by a crash", Stop);

        await files.PublishAsync(Settings, [publication.Listing], [publication], Now, Stop);

        Assert.Equal(publication.Bytes.ToArray(), await File.ReadAllBytesAsync(path, Stop));
        Assert.DoesNotContain(OnDisk(), file => file.EndsWith(".new", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_writer_is_refused_and_changes_nothing()
    {
        var publication = Publish("SA-1");
        await using (new FileStream(Root + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            var files = new CsafFiles(Root);
            var refusal = await Assert.ThrowsAsync<IOException>(() => files.PublishAsync(Settings, [publication.Listing], [publication], Now, Stop));
            Assert.Contains("another process", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Empty(OnDisk());
    }

    [Fact]
    public async Task A_document_that_no_list_names_is_not_written()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => new CsafFiles(Root).PublishAsync(Settings, [], [Publish("SA-1")], Now, Stop));
        Assert.False(Directory.Exists(Root));
    }

    private static Publication Publish(string id) => Publication.Of(SomeCsaf.Advisory(id).ToUtf8());

    private IEnumerable<string> OnDisk() =>
        Directory.EnumerateFiles(Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'));
}
