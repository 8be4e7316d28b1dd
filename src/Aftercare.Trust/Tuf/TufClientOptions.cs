namespace Aftercare.Trust.Tuf;

/// <param name="Content">Read to its end, or to the limit, and disposed by the client.</param>
/// <param name="Offset">Where in the file the content begins: what was asked for, or 0 when the source cannot begin elsewhere.</param>
public sealed record Fetched(Stream Content, long Offset);

/// <summary>
/// Opens a file of a repository. The client counts and caps the bytes itself, so a source need not.
/// Null means that there is no such file; trouble on the way is the source's own exception, not an <see cref="UntrustedException"/>.
/// </summary>
/// <param name="path">Relative, with <c>/</c> between parts, each part percent-encoded.</param>
/// <param name="offset">Where to begin, if the source can.</param>
public delegate Task<Fetched?> TufFetch(string path, long offset, CancellationToken stop);

/// <summary>How much a repository may ask of its client. The defaults are those of the reference implementation.</summary>
public sealed record TufLimits
{
    /// <value>Bytes; default 512,000.</value>
    public int RootBytes { get; init; } = 512_000;

    /// <value>Bytes; default 16,384.</value>
    public int TimestampBytes { get; init; } = 16_384;

    /// <value>Bytes, whatever the timestamp states; default 2,000,000.</value>
    public int SnapshotBytes { get; init; } = 2_000_000;

    /// <value>Bytes of each targets file, whatever the snapshot states; default 5,000,000.</value>
    public int TargetsBytes { get; init; } = 5_000_000;

    /// <value>New root versions taken in one refresh; default 256.</value>
    public int RootRotations { get; init; } = 256;

    /// <value>Roles asked in one search; default 32.</value>
    public int Delegations { get; init; } = 32;

    /// <value>For one metadata file, from asking to its last byte; default 60 s.</value>
    public TimeSpan MetadataTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <value>Without a byte of a target arriving; default 30 s.</value>
    public TimeSpan TargetStall { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>For another process to finish with the same folder; default 60 s.</value>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>What a <see cref="TufClient"/> works with.</summary>
public sealed record TufClientOptions
{
    /// <value>Where trusted metadata is kept, byte for byte. It belongs to the client alone.</value>
    public required string MetadataFolder { get; init; }

    public required TufFetch FetchMetadata { get; init; }

    public required TufFetch FetchTarget { get; init; }

    public TufLimits Limits { get; init; } = new();

    /// <value>Default false: a root branded TEST is refused.</value>
    public bool AllowTestRoot { get; init; }
}
