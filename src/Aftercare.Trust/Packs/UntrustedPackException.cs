namespace Aftercare.Trust.Packs;

/// <summary>An evidence pack that cannot be read, or that is not what its signed manifest says.</summary>
public sealed class UntrustedPackException(string message, Exception? inner = null) : UntrustedException(message, inner);
