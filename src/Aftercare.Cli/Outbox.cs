using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Trust.Dsse;
using Aftercare.Trust.Keys;

namespace Aftercare.Cli;

/// <summary>Receipts on their way to the manufacturer. Each is on disk before it is sent, and stays there until the server has it: a network that comes and goes loses none.</summary>
internal sealed class Outbox(SiteFolder site)
{
    private const int NonceBytes = 16;

    internal static string Tool { get; } = $"aftercare {typeof(Outbox).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Something is not sent yet.</summary>
    internal bool Waits => Directory.Exists(site.Outbox) && Directory.EnumerateFiles(site.Outbox, "*.json").Any();

    /// <summary>Signs what happened and puts it into the outbox.</summary>
    /// <param name="seen">Null when no metadata could be trusted.</param>
    internal void Add(FileKey key, Offer offer, ReceiptResult result, string? device, string? before, string? after, MetadataSeen? seen, string? reason)
    {
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceBytes));
        var receipt = new Receipt(
            Receipt.NonceFor(offer.Challenge, nonce), offer.Update, result, offer.Files, device, before, after, Instant.From(TimeProvider.System.GetUtcNow()), Tool, seen, Short(reason));
        var statement = new InTotoStatement(
            [.. offer.Files.Select(file => new InTotoSubject(file.Path, file.Sha256))], Receipt.PredicateType, JsonSerializer.SerializeToElement(receipt.ToPredicate()));
        SiteFolder.Write(Path.Combine(site.Outbox, nonce + ".json"), statement.Sign(key).ToBytes());
    }

    /// <summary>Sends what waits, oldest first; says what became of each.</summary>
    /// <returns>False when something was refused, or still waits.</returns>
    internal async Task<bool> SendAll(Server server, CancellationToken stop)
    {
        var good = true;
        if (!Directory.Exists(site.Outbox))
            return good;
        foreach (var file in new DirectoryInfo(site.Outbox).GetFiles("*.json").OrderBy(file => file.LastWriteTimeUtc))
        {
            try
            {
                var answer = await server.Post("api/v1/receipts", await File.ReadAllBytesAsync(file.FullName, stop), stop);
                file.Delete();
                Console.WriteLine($"The manufacturer has the receipt for {Screen.Safe(answer.GetProperty("number").GetString()!)}.");
            }
            catch (RefusedException refused) when (refused.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.RequestEntityTooLarge)
            {
                // It will not be taken the next time either; it is kept for whoever asks.
                file.MoveTo(file.FullName + ".refused", overwrite: true);
                await Console.Error.WriteLineAsync($"The manufacturer refused a receipt: {Screen.Safe(refused.Message)}");
                good = false;
            }
            catch (Exception fault) when (fault is HttpRequestException or RefusedException or IOException)
            {
                await Console.Error.WriteLineAsync($"The receipt is kept and not sent yet ({Screen.Safe(fault.Message)}). Later, run: aftercare send.");
                return false;
            }
        }
        return good;
    }

    private static string? Short(string? reason) => reason is null ? null : Screen.Safe(reason).CutTo(500);
}
