namespace Aftercare.Trust.Dsse;

/// <summary>The bytes are not a DSSE envelope, or what it carries is not what its type says.</summary>
public sealed class MalformedEnvelopeException(string reason, Exception? inner = null)
    : UntrustedException($"The envelope is malformed: {reason}. Ask for the file again; do not use its content.", inner);

/// <summary>Too few of the expected people or services signed the envelope.</summary>
public sealed class EnvelopeSignatureException(string payloadType, int valid, int threshold)
    : UntrustedException($"The envelope of type {payloadType} has {valid} valid signature(s) by the expected keys, and {threshold} are needed. "
        + "Do not use its content; ask its sender to sign it with the keys that you know.");
