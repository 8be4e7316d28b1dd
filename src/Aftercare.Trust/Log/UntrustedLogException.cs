namespace Aftercare.Trust.Log;

/// <summary>A tile, note, checkpoint or proof that is malformed, not signed by the log, or does not prove what it claims.</summary>
public sealed class UntrustedLogException(string message, Exception? inner = null) : UntrustedException(message, inner);
