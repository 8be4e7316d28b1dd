using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Aftercare.Audits;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Platform.Web;

/// <summary>What the audit room shows on a page: the audit, and the moment that the records stand for.</summary>
/// <param name="AsOf">The log size that is looked back to; null: now.</param>
/// <param name="At">The instant of the last checkpoint not above that size, in milliseconds; null: now, or before the first checkpoint.</param>
public sealed record RoomView(Room Room, long? AsOf, long? At);

/// <summary>
/// The audit room has the pages of the desk under addresses of its own: <c>/desk/reports</c> is <c>/audit/reports</c>, and <c>/audit/at/1234/reports</c> as of
/// that log size. Links of a page lead on within the room and its moment, and each page that is opened is noted before it is shown.
/// </summary>
public static partial class RoomDoor
{
    private const string Home = "/audit";
    private const string Past = "/audit/at";

    private sealed record LookBack(long Size);

    /// <summary>Stands before routing: takes the log size out of the address, and keeps the links of the answer in the room.</summary>
    public static async Task Keep(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments(Home, StringComparison.Ordinal))
        {
            await next(context);
            return;
        }
        if (context.Request.Path.StartsWithSegments(Past, StringComparison.Ordinal, out var rest) && rest.Value?.Split('/', 3) is ["", var size, .. var below]
            && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var entries) && entries > 0)
        {
            context.Features.Set(new LookBack(entries));
            context.Request.Path = below is [{ Length: > 0 } path] ? $"{Home}/{path}" : Home;
        }
        var (plain, kept) = (context.Response.Body, new KeptInRoom(context.Response, context.Response.Body, Prefix(context)));
        context.Response.Body = kept;
        try
        {
            await next(context);
            await kept.Finish(context.RequestAborted);
        }
        finally
        {
            context.Response.Body = plain;
        }
    }

    /// <summary>The log size that the address names; null: now.</summary>
    internal static long? AsOf(HttpContext context) => context.Features.Get<LookBack>()?.Size;

    /// <summary>Where a step of the room goes on: at the same moment.</summary>
    internal static string Onward(HttpContext context, string location) =>
        AsOf(context) is { } size && location.StartsWith(Home, StringComparison.Ordinal) ? Address(size, location[Home.Length..]) : location;

    /// <summary>The address of a moment: now for null.</summary>
    /// <param name="path">Below the room, with its query: empty or from <c>/</c> on.</param>
    internal static string Address(long? asOf, string path) => asOf is { } size ? string.Create(CultureInfo.InvariantCulture, $"{Past}/{size}{path}") : Home + path;

    /// <summary>Tells the frame which audit and which moment it is.</summary>
    internal static async Task Enter(HttpContext context, Store store, CancellationToken stop)
    {
        if (store.Viewer.Room is { } room)
            context.Features.Set(new RoomView(room, store.Viewer.AsOf, store.Viewer.AsOf is null ? null : (await store.Checkpoint(stop))?.At));
    }

    /// <summary>Notes what is about to be shown; refused when the room has shown as much as one audit may.</summary>
    internal static async Task<Refusal?> Note(HttpContext context, Viewer viewer, CancellationToken stop)
    {
        if (viewer.Room is not { } room)
            return null;
        var address = context.Request.Path + context.Request.QueryString.ToUriComponent();
        // A store of its own: the page's may look at the past, where nothing is written.
        await using var store = context.RequestServices.GetRequiredService<Stores>().Open(Viewer.System);
        return await store.NoteOpening(room.Audit, viewer.AsOf, address.Length <= Opening.MaxAddress ? address : address[..Opening.MaxAddress], stop)
            ? null
            : Refusal.State("audit.openings-full", $"{Opening.Most} pages were opened in this audit; it opens no more. Ask the manufacturer for another one.");
    }

    private static string Prefix(HttpContext context) => Address(AsOf(context), "");

    // What somebody typed stands on a page with its quotation marks encoded, so only our own attributes look like this.
    [GeneratedRegex("(?<= (?:href|action|hx-get)=\")/(?:desk|audit)(?!/at/)(?=[/\"?#])")]
    private static partial Regex Links();

    /// <summary>Holds a page back until it is whole, and writes it with its links kept in the room; anything else passes through.</summary>
    private sealed class KeptInRoom(HttpResponse response, Stream plain, string prefix) : Stream
    {
        private readonly MemoryStream _page = new();

        private bool IsPage => response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public async Task Finish(CancellationToken stop)
        {
            if (_page.Length == 0)
                return;
            var page = Encoding.UTF8.GetBytes(Links().Replace(Encoding.UTF8.GetString(_page.GetBuffer(), 0, (int)_page.Length), prefix));
            response.ContentLength = null;
            await plain.WriteAsync(page, stop);
        }

        public override void Flush() { }

        public override Task FlushAsync(CancellationToken cancellationToken) => IsPage ? Task.CompletedTask : plain.FlushAsync(cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Nothing here writes without waiting.");

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!IsPage)
                return plain.WriteAsync(buffer, cancellationToken);
            _page.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
