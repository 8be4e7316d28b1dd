namespace Aftercare.Server.Platform.Keys;

/// <summary>
/// Sealed bytes that do not open: altered, cut, put in another's place, or sealed under a key that this ring does not hold.
/// The message never carries what was inside.
/// </summary>
public sealed class SealBrokenException(string message, Exception? cause = null) : Exception(message, cause);
