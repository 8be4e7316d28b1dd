namespace Aftercare.Trust.Packs;

/// <summary>How much of a pack is read before it is refused. No limit is needed on memory: members are hashed as they stream.</summary>
public sealed record PackLimits
{
    /// <value>Members listed or present; default 100,000.</value>
    public int MaxMembers { get; init; } = 100_000;

    /// <value>Bytes of all members together when unpacked; default 64 GiB.</value>
    public long MaxBytes { get; init; } = 64L << 30;

    /// <value>Bytes of the signed manifest; default 64 MiB.</value>
    public int MaxManifestBytes { get; init; } = 64 << 20;

    /// <value>
    /// How many times its packed size the manifest may unpack to; default 200. Members are held to the size that the manifest
    /// states for them instead, so that a member that honestly packs well is not refused.
    /// </value>
    public int MaxRatio { get; init; } = 200;

    /// <value>Bytes of the ZIP file's own directory; default 32 MiB.</value>
    public int MaxDirectoryBytes { get; init; } = 32 << 20;
}
