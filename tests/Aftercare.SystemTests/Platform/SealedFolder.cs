using Aftercare.Server.Platform.Keys;
using Aftercare.Server.Platform.Storage.Sealed;

namespace Aftercare.SystemTests.Platform;

/// <summary>A folder of the test's own, gone after it, with the places that sealed storage uses.</summary>
internal sealed class SealedFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("aftercare-sealed-").FullName;

    internal string Keys => System.IO.Path.Combine(Path, "keys");

    internal string Blobs => System.IO.Path.Combine(Path, "blobs");

    internal KeyRing Ring() => KeyRing.OpenOrCreate(Keys);

    internal BlobFiles BlobFiles() => new(Blobs, Ring());

    internal string File(StoredBlob blob) => System.IO.Path.Combine(Blobs, blob.FileId[..2], blob.FileId);

    internal string[] AllFiles() => Directory.GetFiles(Path, "*", SearchOption.AllDirectories);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
