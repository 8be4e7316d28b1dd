using Microsoft.AspNetCore.Identity;

namespace Aftercare.Server.Platform.Storage;

/// <summary>One entry of the ledger. Append-only; <see cref="Bytes"/> is the record, the other columns are an index that verification compares with it.</summary>
public sealed class EntryRecord
{
    public long Row { get; set; }
    public Guid Subject { get; set; }
    public int Version { get; set; }
    public required string Kind { get; set; }
    public required string Actor { get; set; }
    public long At { get; set; }
    public required byte[] Bytes { get; set; }
    public UnsequencedRecord? Unsequenced { get; set; }
}

/// <summary>A committed entry that is not in the log yet. The sequencer takes them in row order.</summary>
public sealed class UnsequencedRecord
{
    public long Row { get; set; }
}

/// <summary>Where an entry stands in the log.</summary>
public sealed class LeafRecord
{
    /// <summary>Position in the log, from 0.</summary>
    public long Index { get; set; }
    public long Row { get; set; }
    public required byte[] Hash { get; set; }
}

/// <summary>The one row that moves by compare-and-swap: two sequencers cannot fork the log.</summary>
public sealed class LogHeadRecord
{
    public int Id { get; set; } = 1;

    /// <summary>Raised when a gap was declared after a restore; part of the log's origin.</summary>
    public int Generation { get; set; } = 1;
    public long Size { get; set; }

    /// <summary>The right edge of the tree (compact range), so that growing needs no tile.</summary>
    public required byte[] Edge { get; set; }
}

/// <summary>A signed statement of size and root.</summary>
public sealed class CheckpointRecord
{
    public int Generation { get; set; }
    public long Size { get; set; }
    public long At { get; set; }
    public required string Note { get; set; }
}

/// <summary>The next number of one series, e.g. <c>R-2026</c>.</summary>
public sealed class CounterRecord
{
    public required string Series { get; set; }
    public int Next { get; set; }
}

/// <summary>A command that was carried out: the same nonce again gets the same answer and changes nothing.</summary>
public sealed class RequestRecord
{
    public required string Key { get; set; }
    public required byte[] Digest { get; set; }
    public required string Answer { get; set; }
    public long At { get; set; }
}

/// <summary>Who a person is: sealed under its own key; erasing drops the wrapped key.</summary>
public sealed class SealedPersonRecord
{
    public Guid Id { get; set; }
    public byte[]? Sealed { get; set; }
    public long? ErasedAt { get; set; }
}

/// <summary>Text of a report or message: erasable, and named in the ledger by a salted digest only.</summary>
public sealed class TextRecord
{
    public Guid Id { get; set; }
    public Guid Subject { get; set; }
    public byte[]? Salt { get; set; }
    public string? Text { get; set; }
    public long? ErasedAt { get; set; }
}

/// <summary>A sealed original. The same bytes in two scopes are kept twice, each under its own key.</summary>
public sealed class BlobRecord
{
    public Guid Id { get; set; }

    /// <summary>The subject that it belongs to, and whose viewers may have it.</summary>
    public Guid Subject { get; set; }
    public required byte[] Sha256 { get; set; }
    public long Length { get; set; }
    public required string FileId { get; set; }
    public byte[]? WrappedKey { get; set; }
    public required string Name { get; set; }
    public required string MediaType { get; set; }
    public long At { get; set; }
    public long? ErasedAt { get; set; }
}

/// <summary>A secret that opens something: a reporter's page, an invitation, a set-up, a machine's token. Only its SHA-256 is kept.</summary>
public sealed class SecretRecord
{
    public required byte[] Sha256 { get; set; }

    /// <summary><c>report</c>, <c>invitation</c>, <c>set-up</c>, <c>token</c>, <c>sign-in</c>, <c>site-key</c>.</summary>
    public required string Purpose { get; set; }
    public Guid Subject { get; set; }

    /// <summary>What it may do, in the purpose's own words; empty where the purpose says it all.</summary>
    public string Scope { get; set; } = "";
    public long? ExpiresAt { get; set; }
    public long? UsedAt { get; set; }

    /// <summary>When a machine last came in by it, to some minutes; null: never.</summary>
    public long? SeenAt { get; set; }
}

/// <summary>One browser in which somebody is signed in. Beside the ledger: it says nothing that an auditor needs, and it goes when it ends.</summary>
public sealed class SessionRecord
{
    /// <summary>Of the id that the browser's cookie carries.</summary>
    public required byte[] Sha256 { get; set; }
    public Guid Person { get; set; }

    /// <summary>The account's security stamp when it began: with another password or second factor, or without the account, the session has ended.</summary>
    public required string Stamp { get; set; }
    public long BeganAt { get; set; }

    /// <summary>To some minutes.</summary>
    public long SeenAt { get; set; }
    public long ExpiresAt { get; set; }
    public SignInWay Way { get; set; }

    /// <summary>In plain words, at most 60 characters.</summary>
    public required string Browser { get; set; }

    /// <summary>The network that it began from, not the address: <c>203.0.113.0/24</c>.</summary>
    public required string Network { get; set; }
}

/// <summary>How somebody proved who he is.</summary>
public enum SignInWay
{
    Password,
    PasswordAndCode,
    Passkey,

    /// <summary>A demo's link; it proves nothing.</summary>
    Link,

    /// <summary>By the provider of single sign-on.</summary>
    SingleSignOn,
}

/// <summary>A secret that we have to show somebody else, so that a hash does not do: sealed.</summary>
public sealed class SealedSecretRecord
{
    /// <summary>What it is for, e.g. <c>mail/account</c>; also what its seal is bound to.</summary>
    public required string Name { get; set; }
    public required byte[] Sealed { get; set; }
}

/// <summary>Work that a change has caused. At least once, idempotent by key.</summary>
public sealed class JobRecord
{
    public required string Key { get; set; }
    public required string Kind { get; set; }
    public required string Payload { get; set; }
    public long DueAt { get; set; }
    public long? LeasedUntil { get; set; }

    /// <summary>Raised at each lease: a worker whose lease ran out cannot finish for its successor.</summary>
    public long Fence { get; set; }
    public int Attempts { get; set; }
    public string? LastError { get; set; }
    public long? DoneAt { get; set; }
    public long? DeadAt { get; set; }
}

/// <summary>Something that an auditor opened in the audit room; what is sealed by a digest in the ledger cannot change unnoticed.</summary>
public sealed class OpeningRecord
{
    public Guid Audit { get; set; }

    /// <summary>From 1 within the audit, without a gap.</summary>
    public int Number { get; set; }
    public long At { get; set; }

    /// <summary>The log size that was looked back to; null: now.</summary>
    public long? AsOf { get; set; }
    public required string Address { get; set; }
}

/// <summary>The shape that a generation of views was made with.</summary>
public sealed class GenerationRecord
{
    /// <summary>The schema, or <c>live</c> on SQLite.</summary>
    public required string Name { get; set; }
    public required string Fingerprint { get; set; }
}

/// <summary>How a person signs in. Everything regulated about him is in the ledger under the same id.</summary>
public sealed class Account : IdentityUser<Guid>
{
    /// <summary>The step of the last authenticator code that was accepted (RFC 6238 §5.2: none is accepted twice).</summary>
    public long? CodeStep { get; set; }
}
