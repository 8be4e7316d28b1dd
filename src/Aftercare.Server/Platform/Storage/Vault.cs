using Aftercare.Server.Platform.Keys;
using Aftercare.Server.Platform.Storage.Sealed;

namespace Aftercare.Server.Platform.Storage;

/// <summary>What is sealed outside the database: the key ring and the originals.</summary>
public sealed record Vault(KeyRing Ring, BlobFiles Blobs);
