using System.Globalization;
using Aftercare.Reports;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Log;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Reports;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Demo;

/// <summary>
/// One byte of the demo's own record, changed past the program, found by the same check as <c>aftercare-server verify</c>, and put back. No other installation has
/// these addresses, and this one answers them only on this machine.
/// </summary>
public static class OneByte
{
    /// <param name="Changed">What is changed now, in a sentence; null: nothing.</param>
    public sealed record Model(RecordCheck.Report Report, string? Changed, string Data);

    private const string Page = "/demo/record";

    private sealed record Changed(long Row, byte[] Original);

    internal static void Map(IEndpointRouteBuilder app)
    {
        if (!app.ServiceProvider.GetRequiredService<Installation>().Demo)
            throw new InvalidOperationException("Only a demo may change its record.");
        var allowed = new Allowed(Face.FrontDoor, Allowed.Anyone);
        app.MapMethods(Page, Doors.Reading, Here(Look)).WithMetadata(allowed).WithFace(Face.FrontDoor);
        app.MapPost(Page + "/change", Here(Change)).WithMetadata(allowed, new RequireAntiforgeryTokenAttribute()).WithFace(Face.FrontDoor);
        app.MapPost(Page + "/put-back", Here(PutBack)).WithMetadata(allowed, new RequireAntiforgeryTokenAttribute()).WithFace(Face.FrontDoor);
    }

    internal static bool WasPutBack(Installation installation) => File.Exists(Mark(installation));

    private static RequestDelegate Here(Func<HttpContext, Installation, Database, Task<IResult>> answer) => async context =>
    {
        var services = context.RequestServices;
        var result = OnThisMachine.Is(context) ? await answer(context, services.GetRequiredService<Installation>(), services.GetRequiredService<Database>()) : ErrorPages.Result(404);
        await result.ExecuteAsync(context);
    };

    private static async Task<IResult> Look(HttpContext context, Installation installation, Database database)
    {
        context.Response.Headers.CacheControl = "no-store";
        var report = await new RecordCheck(database, context.RequestServices.GetRequiredService<LogFolder>()).Run(context.RequestAborted);
        var changed = Kept(installation) is { } kept ? await Words(database, kept, context.RequestAborted) : null;
        return new RazorComponentResult<OneBytePage>(new Dictionary<string, object?> { ["Model"] = new Model(report, changed, installation.Data.Root) });
    }

    /// <summary>Makes the ticket that lay nine days look as if it had come on another day.</summary>
    private static async Task<IResult> Change(HttpContext context, Installation installation, Database database)
    {
        var stop = context.RequestAborted;
        await using var store = context.RequestServices.GetRequiredService<Stores>().Open(Viewer.System);
        var ticket = await (await store.Rows<ReportRow>(stop)).Where(row => row.Channel == Channel.SupportTicket).OrderBy(row => row.ReceivedAt).FirstOrDefaultAsync(stop);
        if (ticket is null || Kept(installation) is not null)
            return Results.Redirect(Page);
        using var turn = await database.Turn(stop);
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        var entry = await record.Entries.AsNoTracking().SingleAsync(row => row.Subject == ticket.Subject && row.Version == 1, stop);
        var (original, bytes) = (entry.Bytes, (byte[])entry.Bytes.Clone());
        bytes[bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(ticket.FirstHeard)) + ticket.FirstHeard.Length - 1] = OtherDay(ticket.FirstHeard);
        // Kept first: what is changed can always be put back.
        DurableFile.CreateFolder(Folder(installation), DurableFile.OwnerOnlyFolder);
        DurableFile.WriteAllBytesAtomically(Path.Combine(Folder(installation), entry.Row.ToString(CultureInfo.InvariantCulture)), original, DurableFile.OwnerOnly);
        await record.Entries.Where(row => row.Row == entry.Row).ExecuteUpdateAsync(row => row.SetProperty(one => one.Bytes, bytes), stop);
        return Results.Redirect(Page);
    }

    private static async Task<IResult> PutBack(HttpContext context, Installation installation, Database database)
    {
        if (Kept(installation) is not { } kept)
            return Results.Redirect(Page);
        using var turn = await database.Turn(context.RequestAborted);
        await using var connection = await database.Connect(context.RequestAborted);
        await using var record = database.Record(connection);
        await record.Entries.Where(row => row.Row == kept.Row).ExecuteUpdateAsync(row => row.SetProperty(one => one.Bytes, kept.Original), context.RequestAborted);
        File.Move(Path.Combine(Folder(installation), kept.Row.ToString(CultureInfo.InvariantCulture)), Mark(installation), overwrite: true);
        return Results.Redirect(Page);
    }

    // The last digit of a day, so that the entry can still be read: a nonsense byte anybody would see.
    private static byte OtherDay(string day) =>
        (byte)"9876543210".First(digit => digit != day[^1] && DateOnly.TryParseExact(day[..^1] + digit, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));

    private static async Task<string> Words(Database database, Changed kept, CancellationToken stop)
    {
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        var now = await record.Entries.AsNoTracking().Where(row => row.Row == kept.Row).Select(row => row.Bytes).SingleAsync(stop);
        var at = kept.Original.AsSpan().CommonPrefixLength(now);
        return at == now.Length
            ? string.Create(CultureInfo.InvariantCulture, $"Entry row {kept.Row} is about to be changed.")
            : string.Create(CultureInfo.InvariantCulture, $"Byte {at} of entry row {kept.Row} was '{(char)kept.Original[at]}' and is '{(char)now[at]}': the day on which the firm first heard of a ticket.");
    }

    private static Changed? Kept(Installation installation) =>
        Directory.Exists(Folder(installation)) && Directory.EnumerateFiles(Folder(installation)).FirstOrDefault(file => long.TryParse(Path.GetFileName(file), NumberStyles.None, CultureInfo.InvariantCulture, out _)) is { } file
            ? new Changed(long.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture), File.ReadAllBytes(file))
            : null;

    private static string Folder(Installation installation) => Path.Combine(installation.Data.Root, "demo-record");

    private static string Mark(Installation installation) => Path.Combine(Folder(installation), "put-back");
}
