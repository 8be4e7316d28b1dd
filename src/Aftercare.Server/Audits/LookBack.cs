using System.Globalization;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Audits;

/// <summary>The switch on every page of the audit room: to the moment that somebody names, on the same page.</summary>
internal static class LookBack
{
    private static readonly string[] Moments = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm:ss"];

    internal static void Map(IEndpointRouteBuilder app)
    {
        var brand = app.ServiceProvider.GetRequiredService<Branding>();
        app.MapRead(Face.Audit, "/audit/as-of", [Role.Auditor], (store, fields, stop) => Choose(store, fields, brand.Zone, stop));
    }

    /// <summary>The log size of a moment: that of the last checkpoint that is not later.</summary>
    /// <param name="to">A size of the log; a moment, in the manufacturer's zone where it names none; or a day, which means its end.</param>
    internal static async Task<Outcome<long>> SizeOf(Store store, string to, TimeZoneInfo zone, CancellationToken stop)
    {
        if (await store.Checkpoint(stop) is not { } newest)
            return Refusal.Malformed("to", "The log has no checkpoint yet.");
        if (long.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            return size < 1 ? Refusal.Malformed("to", "The log begins with entry 1.") : size <= newest.Size ? size : Refusal.Malformed("to", $"The log has {newest.Size} entries so far.");
        if (Moment(to, zone, store.Now) is not { } at)
            return Refusal.Malformed("to", "Write a moment (2026-03-04 10:20), a day (2026-03-04) or a size of the log (1234).");
        if (at > store.Now)
            return Refusal.Malformed("to", "This lies in the future.");
        return await store.CheckpointAt(at, stop) is { } checkpoint ? checkpoint.Size : Refusal.Malformed("to", "This lies before the first entry of the record.");
    }

    private static async Task<Outcome<IResult>> Choose(Store store, Fields fields, string zone, CancellationToken stop)
    {
        var (to, back) = (fields.TextOrNull("to", 40), fields.TextOrNull("back", 600) ?? "");
        if (back.Length > 0 && (back[0] is not ('/' or '?') || back.Any(char.IsControl)))
            fields.Fault("back", "Not a page of the audit room.");
        if (to is null or "now" || fields.Tick("now"))
            return Outcome.Of(Results.Redirect(RoomDoor.Address(null, back)));
        await using var live = store.As(store.Viewer with { AsOf = store.Viewer.Room?.LogSize });
        return (await SizeOf(live, to, TimeZoneInfo.FindSystemTimeZoneById(zone), stop)).Refused(out var why, out var size)
            ? why
            : Outcome.Of(Results.Redirect(RoomDoor.Address(size, back)));
    }

    private static Instant? Moment(string text, TimeZoneInfo zone, Instant now)
    {
        if (DateTime.TryParseExact(text, Moments, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return At(local, zone);
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            // Of today, what there is.
            var (begins, ends) = (At(day.ToDateTime(TimeOnly.MinValue), zone), At(day.AddDays(1).ToDateTime(TimeOnly.MinValue), zone).Plus(TimeSpan.FromMilliseconds(-1)));
            return begins <= now && now < ends ? now : ends;
        }
        return Stated.TryParse(text, null, out var stated) ? stated.Earliest : null;
    }

    private static Instant At(DateTime local, TimeZoneInfo zone) => Instant.From(new DateTimeOffset(local, zone.GetUtcOffset(local)));
}
