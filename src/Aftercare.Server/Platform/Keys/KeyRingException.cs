namespace Aftercare.Server.Platform.Keys;

/// <summary>The folder of key-encryption keys cannot be used as it is. The message says which file, and what to do; the server must not start.</summary>
public sealed class KeyRingException(string message) : Exception(message);
