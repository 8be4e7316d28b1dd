namespace Aftercare.Server.Platform.Storage.Sealed;

/// <summary>A stream brought more bytes than it may. Nothing of it was kept.</summary>
public sealed class TooLargeException(long limit) : Exception($"The content is larger than the limit of {limit} bytes.")
{
    /// <value>In bytes of the plain content.</value>
    public long Limit { get; } = limit;
}
