namespace Aftercare.Trust.Keys;

/// <summary>Something that signs: a key file, a token, a service. Not safe for several threads at once.</summary>
public abstract class Signer : IDisposable
{
    public abstract PublicKey PublicKey { get; }

    /// <summary>Signs the data itself, not a digest. ECDSA answers a DER sequence (RFC 3279).</summary>
    public abstract byte[] Sign(ReadOnlySpan<byte> data);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
