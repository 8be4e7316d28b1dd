using System.Text;
using System.Text.Json;
using Aftercare.Mail;
using Aftercare.Server.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Mail;

/// <summary>A mail that a change has caused: names and no words, so that it says what is so when it is sent.</summary>
internal sealed record MailToSend(Guid Id, MailPurpose Purpose, MailParty Party, Guid Whom, Guid About);

/// <summary>What proves who we are to the mail server, and to the endpoint of tokens.</summary>
internal sealed record MailSecret(string? Password, string? ClientSecret, string? RefreshToken);

/// <summary>What the use cases around mail share.</summary>
internal static class Mails
{
    /// <summary>The job that sends one mail.</summary>
    internal const string Job = "mail.send";

    private const string Account = "mail/account";
    private const string Key = "mail/key";

    internal static async Task<bool> AreOn(Store store, CancellationToken stop) => await (await store.Rows<MailSettingsRow>(stop)).AnyAsync(row => row.On, stop);

    /// <summary>Has a mail sent once the change that the store is about to record stands. Where mail is not set up nothing waits for it.</summary>
    /// <param name="link">A path with a secret, for this mail only: kept sealed, and forgotten when the mail has gone.</param>
    /// <param name="once">What makes it this mail and no other, where it might be caused twice.</param>
    internal static async Task Cause(Store store, MailPurpose purpose, MailParty party, Guid whom, Guid about, CancellationToken stop, string? link = null, string? once = null)
    {
        if (!await AreOn(store, stop))
            return;
        var id = Store.NewId();
        if (link is not null)
            await store.KeepSealed(LinkOf(id), Encoding.UTF8.GetBytes(link), stop);
        await store.Enqueue(Job, once ?? id.ToString("D"), new MailToSend(id, purpose, party, whom, about), store.Now, stop);
    }

    /// <summary>The same to the reporter, when he left an address.</summary>
    internal static async Task CauseToReporter(Store store, MailPurpose purpose, Guid report, CancellationToken stop)
    {
        if (await store.ContactOf(report, stop) is { Email: not null })
            await Cause(store, purpose, MailParty.Reporter, report, report, stop);
    }

    internal static async Task<MailSettings?> Settings(Store store, CancellationToken stop) =>
        await (await store.Rows<MailSettingsRow>(stop)).Select(row => (Guid?)row.Subject).SingleOrDefaultAsync(stop) is { } id ? await store.Find<MailSettings>(id, stop) : null;

    internal static Task KeepSecret(Store store, MailSecret secret, CancellationToken stop) => store.KeepSealed(Account, JsonSerializer.SerializeToUtf8Bytes(secret), stop);

    internal static async Task<MailSecret?> Secret(Store store, CancellationToken stop) =>
        await store.OpenSealed(Account, stop) is { } bytes ? JsonSerializer.Deserialize<MailSecret>(bytes) : null;

    internal static Task DropSecret(Store store, CancellationToken stop) => store.DropSealed(Account, stop);

    /// <summary>The key of return tags and of what addresses are counted by: made with the first settings, and null before.</summary>
    internal static Task<byte[]?> KeyOf(Store store, CancellationToken stop) => store.OpenSealed(Key, stop);

    internal static Task KeepKey(Store store, byte[] key, CancellationToken stop) => store.KeepSealed(Key, key, stop);

    internal static async Task<string?> Link(Store store, Guid mail, CancellationToken stop) =>
        await store.OpenSealed(LinkOf(mail), stop) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    internal static Task DropLink(Store store, Guid mail, CancellationToken stop) => store.DropSealed(LinkOf(mail), stop);

    private static string LinkOf(Guid mail) => $"mail/link/{mail:D}";
}
