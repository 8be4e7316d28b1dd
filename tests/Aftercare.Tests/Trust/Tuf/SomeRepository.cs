using Aftercare.Trust.Keys;
using Aftercare.Trust.Tuf;

namespace Aftercare.Tests.Trust.Tuf;

/// <summary>A manufacturer's repository made with the product's own editor: three people, one online key, one line with one release.</summary>
internal sealed class SomeRepository : IDisposable
{
    internal static readonly DateTimeOffset Now = LyingRepository.Now;
    internal const string Package = "pump/4.2.1/pump.bin";

    internal readonly FileKey[] People = [.. new[] { "Anna", "Ben", "Chloe" }.Select(name => FileKey.Create(KeyAlgorithm.EcdsaP256, name))];
    internal readonly FileKey Online = FileKey.Create(KeyAlgorithm.EcdsaP256, "server");
    internal readonly TemporaryFolder Folder = new();

    internal TufStore Store => new(Folder.Path);

    internal RootPlan Plan => new(new Quorum(2, Public(People)), new Quorum(2, Public(People)), Online.PublicKey, Online.PublicKey, Now.AddYears(1));

    internal TufRepository Started()
    {
        var first = TufRepository.Start(SignedByTwo(TufRepository.DraftFirstRoot(Plan)));
        Store.Publish(first);
        return first.Repository;
    }

    internal async Task<TufRepository> Released(byte[] package)
    {
        var repository = Started();
        var file = await Store.AddTargetAsync(Package, new MemoryStream(package));
        var targets = repository.DraftTargets(new TargetsPlan(["pump"], [], Now.AddDays(180)));
        var line = repository.DraftLine(new LinePlan("pump", [file], [], Now.AddDays(180)), targets);
        var publication = repository.Publish([SignedByTwo(targets), SignedByTwo(line)], Online, Online, Now);
        Store.Publish(publication);
        return publication.Repository;
    }

    internal RoleDraft SignedByTwo(RoleDraft draft) => draft.SignedBy(People[0]).SignedBy(People[1]);

    internal TufClient Client(string metadata) => new(new TufClientOptions
    {
        MetadataFolder = metadata,
        FetchMetadata = TufSources.Folder(Store.MetadataFolder),
        FetchTarget = TufSources.Folder(Store.TargetsFolder),
    });

    internal byte[] FirstRoot => File.ReadAllBytes(Path.Combine(Store.MetadataFolder, "1.root.json"));

    internal static System.Collections.Immutable.ImmutableArray<PublicKey> Public(params FileKey[] keys) => [.. keys.Select(key => key.PublicKey)];

    public void Dispose()
    {
        foreach (var key in (FileKey[])[.. People, Online])
            key.Dispose();
        Folder.Dispose();
    }
}
