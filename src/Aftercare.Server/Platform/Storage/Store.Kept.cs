using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage.Sealed;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Platform.Storage;

/// <summary>Who somebody is. Sealed, erasable, never in the ledger.</summary>
public sealed record Contact(string Name, string? Email, string? Organisation = null, string? Phone = null);

// What is kept beside the ledger: people, texts, originals and secrets. Written in the transaction of the decision that names them.
public sealed partial class Store
{
    private const int SaltBytes = 16;
    private const int SecretBytes = 24;

    public async Task KeepContact(Guid id, Contact contact, CancellationToken stop)
    {
        var record = await Records(stop);
        var row = await record.People.FindAsync([id], stop) ?? record.Add(new SealedPersonRecord { Id = id }).Entity;
        row.Sealed = vault.Ring.Seal(ContactContext(id), JsonSerializer.SerializeToUtf8Bytes(contact));
    }

    /// <summary>Who it is; null when unknown or erased. The caller must have found the subject that names him.</summary>
    public async Task<Contact?> ContactOf(Guid id, CancellationToken stop) =>
        (await (await Records(stop)).People.AsNoTracking().SingleOrDefaultAsync(person => person.Id == id, stop))?.Sealed is { } bytes
            ? JsonSerializer.Deserialize<Contact>(vault.Ring.Open(ContactContext(id), bytes))
            : null;

    /// <summary>Names for a page of people, by id; an erased person is missing.</summary>
    public async Task<Dictionary<Guid, Contact>> ContactsOf(IReadOnlyCollection<Guid> ids, CancellationToken stop) =>
        (await (await Records(stop)).People.AsNoTracking().Where(person => ids.Contains(person.Id) && person.Sealed != null).ToListAsync(stop))
            .ToDictionary(person => person.Id, person => JsonSerializer.Deserialize<Contact>(vault.Ring.Open(ContactContext(person.Id), person.Sealed!))!);

    public async Task<TextRef> KeepText(Guid subject, string text, CancellationToken stop)
    {
        var row = new TextRecord { Id = NewId(), Subject = subject, Text = text, Salt = RandomNumberGenerator.GetBytes(SaltBytes) };
        (await Records(stop)).Add(row);
        return new TextRef(row.Id, Convert.ToHexStringLower(SHA256.HashData([.. row.Salt, .. Encoding.UTF8.GetBytes(text)])));
    }

    /// <summary>The texts of a subject that the caller has found, by id; an erased text is missing.</summary>
    public async Task<Dictionary<Guid, string>> TextsOf(Guid subject, CancellationToken stop) =>
        await (await Records(stop)).Texts.AsNoTracking().Where(text => text.Subject == subject && text.Text != null).ToDictionaryAsync(text => text.Id, text => text.Text!, stop);

    /// <summary>Texts for a page of subjects that the caller has found, by id; an erased text is missing.</summary>
    public async Task<Dictionary<Guid, string>> TextsOf(IReadOnlyCollection<Guid> texts, CancellationToken stop) =>
        await (await Records(stop)).Texts.AsNoTracking().Where(text => texts.Contains(text.Id) && text.Text != null).ToDictionaryAsync(text => text.Id, text => text.Text!, stop);

    /// <summary>Names a sealed file, which is durable already, as an original of the subject.</summary>
    public async Task<BlobRef> KeepBlob(Guid subject, StoredBlob file, string name, string mediaType, CancellationToken stop)
    {
        var row = new BlobRecord
        {
            Id = NewId(),
            Subject = subject,
            Sha256 = file.Sha256,
            Length = file.Length,
            FileId = file.FileId,
            WrappedKey = file.Key.ToBytes(),
            Name = name,
            MediaType = mediaType,
            At = Now.Ms,
        };
        (await Records(stop)).Add(row);
        return new BlobRef(row.Id, Convert.ToHexStringLower(row.Sha256), row.Length);
    }

    /// <summary>The originals of a subject that the caller has found.</summary>
    public async Task<List<BlobRecord>> BlobsOf(Guid subject, CancellationToken stop) =>
        await (await Records(stop)).Blobs.AsNoTracking().Where(blob => blob.Subject == subject).OrderBy(blob => blob.At).ToListAsync(stop);

    /// <summary>The plain bytes of an original: streams and seeks; null when it was erased.</summary>
    public Stream? Open(BlobRecord blob) =>
        blob.WrappedKey is { } key ? vault.Blobs.OpenRead(new StoredBlob(blob.FileId, blob.Sha256, blob.Length, Keys.WrappedKey.FromBytes(key))) : null;

    /// <summary>Seals a stream into the store; durable when it returns, named by <see cref="KeepBlob"/> afterwards.</summary>
    public Task<StoredBlob> SaveBlob(Stream plain, long maxBytes, CancellationToken stop) => vault.Blobs.SaveAsync(plain, maxBytes, stop);

    /// <summary>The plain bytes of a file that was just saved.</summary>
    public Stream Open(StoredBlob saved) => vault.Blobs.OpenRead(saved);

    /// <summary>Takes back a file that was just saved and is named by nothing.</summary>
    public void Discard(StoredBlob saved) => vault.Blobs.Delete(saved.FileId);

    /// <summary>Makes a secret that opens something: 192 random bits as base64url, kept as SHA-256 only.</summary>
    public async Task<string> IssueSecret(string purpose, Guid subject, Instant? expires, CancellationToken stop, string scope = "")
    {
        var secret = NewSecret();
        await KeepSecret(purpose, secret, subject, expires, stop, scope);
        return secret;
    }

    /// <summary>192 random bits as base64url: 32 characters.</summary>
    public static string NewSecret() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>Whether this could have come from <see cref="NewSecret"/>.</summary>
    public static bool IsSecret(string text) => text.Length == SecretBytes * 4 / 3 && System.Buffers.Text.Base64Url.IsValid(text);

    /// <summary>Keeps a secret that its holder has already, as SHA-256 only.</summary>
    public async Task KeepSecret(string purpose, string secret, Guid subject, Instant? expires, CancellationToken stop, string scope = "") =>
        (await Records(stop)).Add(new SecretRecord { Sha256 = HashOf(secret), Purpose = purpose, Subject = subject, ExpiresAt = expires?.Ms, Scope = scope });

    /// <summary>What a secret opens; null when there is none, it has expired or it was used up. Looked up by hash, so that time tells nothing.</summary>
    public async Task<SecretRecord?> FindSecret(string purpose, string secret, CancellationToken stop)
    {
        var hash = HashOf(secret);
        var found = await (await Records(stop)).Secrets.SingleOrDefaultAsync(row => row.Sha256 == hash, stop);
        return found is { UsedAt: null } && found.Purpose == purpose && !(found.ExpiresAt < Now.Ms) ? found : null;
    }

    /// <summary>Uses a secret up, in the transaction of what it allowed. Of two that come at once, one wins.</summary>
    /// <exception cref="LostRaceException">It was used in between.</exception>
    public async Task UseUp(SecretRecord secret, CancellationToken stop)
    {
        await Begin(stop);
        if (await (await Records(stop)).Secrets.Where(row => row.Sha256 == secret.Sha256 && row.UsedAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, Now.Ms), stop) == 0)
            throw new LostRaceException();
    }

    /// <summary>Makes every secret of this purpose worthless that opens the subject: at revocation, and before a fresh one is issued.</summary>
    public async Task UseUpAll(string purpose, Guid subject, CancellationToken stop)
    {
        await Begin(stop);
        await (await Records(stop)).Secrets.Where(row => row.Purpose == purpose && row.Subject == subject && row.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, Now.Ms), stop);
    }

    /// <summary>Keeps a secret that is to be shown to somebody else later, sealed. The same name again replaces it.</summary>
    public async Task KeepSealed(string name, ReadOnlyMemory<byte> plain, CancellationToken stop)
    {
        var record = await Records(stop);
        var bytes = vault.Ring.Seal(name, plain.Span);
        if (await record.SealedSecrets.FindAsync([name], stop) is { } row)
            row.Sealed = bytes;
        else
            record.Add(new SealedSecretRecord { Name = name, Sealed = bytes });
    }

    /// <summary>The plain secret; null when there is none.</summary>
    public async Task<byte[]?> OpenSealed(string name, CancellationToken stop) =>
        (await (await Records(stop)).SealedSecrets.AsNoTracking().SingleOrDefaultAsync(row => row.Name == name, stop))?.Sealed is { } bytes ? vault.Ring.Open(name, bytes) : null;

    /// <summary>Forgets a sealed secret, in the transaction of what it was kept for.</summary>
    public async Task DropSealed(string name, CancellationToken stop)
    {
        await Begin(stop);
        await (await Records(stop)).SealedSecrets.Where(row => row.Name == name).ExecuteDeleteAsync(stop);
    }

    /// <summary>Whether somebody signs in by this address already.</summary>
    public async Task<bool> HasAccount(string email, CancellationToken stop)
    {
        var name = email.ToUpperInvariant();
        return await (await Records(stop)).Users.AnyAsync(account => account.NormalizedUserName == name, stop);
    }

    /// <summary>Ends a person's way in, password and passkeys, with the decision that he has left; the address is free again.</summary>
    public async Task DropAccount(Guid person, CancellationToken stop)
    {
        await Begin(stop);
        await (await Records(stop)).Users.Where(account => account.Id == person).ExecuteDeleteAsync(stop);
        await EndSessions(person, but: null, stop);
    }

    /// <summary>Whether a person has a password at all.</summary>
    public async Task<bool> HasPassword(Guid person, CancellationToken stop) =>
        await (await Records(stop)).Users.AnyAsync(account => account.Id == person && account.PasswordHash != null, stop);

    /// <summary>Whether a person's password alone does not let him in.</summary>
    public async Task<bool> HasSecondFactor(Guid person, CancellationToken stop) =>
        await (await Records(stop)).Users.AnyAsync(account => account.Id == person && account.TwoFactorEnabled, stop);

    /// <summary>Takes a person's authenticator app and recovery codes away, with the decision that says so; his sessions end with the security stamp.</summary>
    public async Task DropSecondFactor(Guid person, CancellationToken stop)
    {
        await Begin(stop);
        var (record, stamp) = (await Records(stop), Guid.NewGuid().ToString("N"));
        await record.Users.Where(account => account.Id == person).ExecuteUpdateAsync(
            set => set.SetProperty(account => account.TwoFactorEnabled, false).SetProperty(account => account.CodeStep, (long?)null)
                .SetProperty(account => account.SecurityStamp, stamp).SetProperty(account => account.ConcurrencyStamp, stamp), stop);
        await record.UserTokens.Where(token => token.UserId == person).ExecuteDeleteAsync(stop);
    }

    /// <summary>How many secrets of this purpose still open the subject.</summary>
    public async Task<int> CountSecrets(string purpose, Guid subject, CancellationToken stop) =>
        await (await Records(stop)).Secrets.CountAsync(row => row.Purpose == purpose && row.Subject == subject && row.UsedAt == null && (row.ExpiresAt == null || row.ExpiresAt >= Now.Ms), stop);

    /// <summary>The account by which a person signs in, made with the decision that lets him in.</summary>
    /// <param name="password">Null: none lets him in.</param>
    public async Task KeepAccount(Guid person, string email, string? password, CancellationToken stop)
    {
        var account = new Account { Id = person, UserName = email, NormalizedUserName = email.ToUpperInvariant(), Email = email, NormalizedEmail = email.ToUpperInvariant(), EmailConfirmed = true, LockoutEnabled = true, SecurityStamp = Guid.NewGuid().ToString("N") };
        account.PasswordHash = password is null ? null : new PasswordHasher<Account>().HashPassword(account, password);
        (await Records(stop)).Add(account);
    }

    /// <summary>Writes what was kept without a decision, e.g. a secret that only opens a page.</summary>
    public async Task SaveKept(CancellationToken stop)
    {
        await Begin(stop);
        await Save(await Records(stop), stop);
        await Commit(stop);
    }

    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static string ContactContext(Guid id) => $"contact/{id:D}";
}
