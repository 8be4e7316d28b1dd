using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Aftercare.Server.Platform.Storage;
using Microsoft.AspNetCore.Identity;

namespace Aftercare.Server.Platform.Access;

/// <summary>
/// The codes of an authenticator app: TOTP (RFC 6238) with SHA-1, 6 digits and 30 seconds, as every app does it. A code counts one step early or late,
/// and never twice.
/// </summary>
public sealed class AuthenticatorCodes(TimeProvider clock) : AuthenticatorTokenProvider<Account>
{
    public const int Digits = 6;

    /// <value>30 seconds.</value>
    private const int Step = 30;

    /// <summary>What an app reads from a link: whose account, at whom, and the secret.</summary>
    public static string Uri(string email, string key) =>
        $"otpauth://totp/Aftercare:{System.Uri.EscapeDataString(email)}?secret={key}&issuer=Aftercare&algorithm=SHA1&digits={Digits}&period={Step}";

    /// <summary>The step whose code this is; null when it is the code of no step near now.</summary>
    /// <param name="key">The secret as base32.</param>
    public static long? StepOf(string key, string code, DateTimeOffset now)
    {
        var (secret, given, today) = (FromBase32(key), System.Text.Encoding.UTF8.GetBytes(code), now.ToUnixTimeSeconds() / Step);
        long? found = null;
        // All three are compared, so that time tells nothing.
        for (var step = today - 1; step <= today + 1; step++)
            if (CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(CodeOf(secret, step)), given))
                found = step;
        return found;
    }

    /// <summary>The code that an app shows at an instant.</summary>
    public static string CodeAt(string key, DateTimeOffset at) => CodeOf(FromBase32(key), at.ToUnixTimeSeconds() / Step);

    /// <summary>True once per code: the step is remembered with the account, and of two that come at once one is too late.</summary>
    public override async Task<bool> ValidateAsync(string purpose, string token, UserManager<Account> manager, Account user)
    {
        if (await manager.GetAuthenticatorKeyAsync(user) is not { Length: > 0 } key || StepOf(key, token, clock.GetUtcNow()) is not { } step || step <= user.CodeStep)
            return false;
        user.CodeStep = step;
        return (await manager.UpdateAsync(user)).Succeeded;
    }

    // RFC 4226 §5.3.
    private static string CodeOf(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // The apps know nothing else; HMAC does not need a hash without collisions.
        var mac = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(mac.AsSpan(mac[^1] & 0xF)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] FromBase32(string text)
    {
        var (bytes, buffer, bits) = (new List<byte>(text.Length * 5 / 8), 0, 0);
        foreach (var letter in text)
        {
            (buffer, bits) = (((buffer << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal)) & 0xFFF, bits + 5);
            if (bits < 8)
                continue;
            bits -= 8;
            bytes.Add((byte)((buffer >> bits) & 0xFF));
        }
        return [.. bytes];
    }
}
