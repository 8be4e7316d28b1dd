namespace Aftercare.Ledger;

/// <summary>Text that is kept beside the ledger so that it can be erased: the ledger holds its digest only.</summary>
/// <param name="Id">Where it is kept.</param>
/// <param name="Digest">Lowercase hex SHA-256 over 16 random bytes and the UTF-8 text; the random bytes go when the text goes, so that nothing can be guessed afterwards.</param>
public sealed record TextRef(Guid Id, string Digest);

/// <summary>A sealed original.</summary>
/// <param name="Sha256">Lowercase hex, of the plain bytes.</param>
/// <param name="Length">In bytes.</param>
public sealed record BlobRef(Guid Id, string Sha256, long Length);
