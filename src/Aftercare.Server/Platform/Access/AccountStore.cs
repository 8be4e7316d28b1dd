using System.Security.Cryptography;
using System.Text;
using Aftercare.Server.Platform.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace Aftercare.Server.Platform.Access;

/// <summary>Identity's own store, which would keep the authenticator's secret and the recovery codes as they are: here the one is sealed and the others are hashed.</summary>
public sealed class AccountStore(RecordContext context, Vault vault, IdentityErrorDescriber? describer = null)
    : UserOnlyStore<Account, RecordContext, Guid>(context, describer)
{
    /// <value>100,000 rounds, some 30 ms: a recovery code has 47 random bits.</value>
    private const int Rounds = 100_000;

    public override Task SetAuthenticatorKeyAsync(Account user, string key, CancellationToken cancellationToken) =>
        base.SetAuthenticatorKeyAsync(user, Convert.ToBase64String(vault.Ring.Seal(ContextOf(user), Encoding.UTF8.GetBytes(key))), cancellationToken);

    public override async Task<string?> GetAuthenticatorKeyAsync(Account user, CancellationToken cancellationToken) =>
        await base.GetAuthenticatorKeyAsync(user, cancellationToken) is { Length: > 0 } sealedKey
            ? Encoding.UTF8.GetString(vault.Ring.Open(ContextOf(user), Convert.FromBase64String(sealedKey)))
            : null;

    public override Task ReplaceCodesAsync(Account user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) =>
        base.ReplaceCodesAsync(user, recoveryCodes.Select(code => HashOf(user, code)), cancellationToken);

    /// <summary>Used up with the account's row, so of two that come at once one is too late.</summary>
    public override async Task<bool> RedeemCodeAsync(Account user, string code, CancellationToken cancellationToken)
    {
        var (hash, kept) = (HashOf(user, code), await Kept(user, cancellationToken));
        if (!kept.Remove(hash))
            return false;
        await base.ReplaceCodesAsync(user, kept, cancellationToken);
        return true;
    }

    // As the base class names them; its own way through ReplaceCodesAsync would hash the rest once more.
    private async Task<List<string>> Kept(Account user, CancellationToken stop) =>
        [.. (await GetTokenAsync(user, "[AspNetUserStore]", "RecoveryCodes", stop) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)];

    private static string HashOf(Account user, string code) =>
        Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2(code, user.Id.ToByteArray(), Rounds, HashAlgorithmName.SHA256, 32));

    private static string ContextOf(Account user) => $"authenticator/{user.Id:D}";
}
