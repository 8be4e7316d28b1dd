using System.Collections.Immutable;
using System.Text.Json;
using Aftercare.Json;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage.Sealed;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Aftercare.Server.Platform.Web;

/// <summary>Reads what came in, within limits. Files go straight into the sealed store, never to a temporary plain file.</summary>
public static class Body
{
    private const int MaxFields = 200;
    private const int MaxFieldBytes = 256 * 1024;
    private const string JsonPart = "report";
    private const string Token = "__RequestVerificationToken";

    public static Fields FromQuery(HttpContext context) =>
        Gather(context, context.Request.Query.SelectMany(pair => pair.Value.Select(value => (pair.Key, value ?? ""))), []);

    public static async Task<Outcome<Fields>> FromForm(HttpContext context, FileLimits? files)
    {
        if (!context.Request.HasFormContentType)
            return Refusal.Malformed("", "This address takes forms.");
        if (files is not null)
            return await FromMultipart(context, files, admitted: false);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return Gather(context, form.SelectMany(pair => pair.Value.Select(value => (pair.Key, value ?? ""))), []);
    }

    /// <summary>For the API, where a token has opened the door: files as parts, and fields as parts or all in one JSON part named <c>report</c>.</summary>
    public static Task<Outcome<Fields>> FromParts(HttpContext context, FileLimits files) => FromMultipart(context, files, admitted: true);

    /// <summary>A JSON object whose members are the fields: text, numbers, true, false, or a list of those.</summary>
    public static async Task<Outcome<Fields>> FromJson(HttpContext context)
    {
        if (context.Request.ContentLength is 0)
            return Gather(context, [], []);
        var bytes = new MemoryStream();
        await using var limited = new LimitedStream(context.Request.Body, Doors.MaxBodyBytes);
        try
        {
            await limited.CopyToAsync(bytes, context.RequestAborted);
        }
        catch (TooLargeException fault)
        {
            return new Refusal(Because.TooLarge, "too-large", fault.Message);
        }
        return Members(bytes.ToArray()).Refused(out var why, out var members) ? why : Gather(context, members, []);
    }

    private static Outcome<ImmutableArray<(string Name, string Value)>> Members(byte[] utf8)
    {
        if (!StrictJson.TryParse(utf8, out var json, out var bad))
            return Refusal.Malformed(bad.Pointer, $"{bad.Reason} (line {bad.Line}, column {bad.Column})");
        if (json.ValueKind != JsonValueKind.Object)
            return Refusal.Malformed("", "The body must be a JSON object.");
        var faults = json.EnumerateObject().Where(member => !Flat(member.Value)).Select(member => new Fault($"/{member.Name}", "Must be text, a number, true, false or a list of those.")).ToImmutableArray();
        return faults.Length > 0 ? Refusal.Malformed(faults) : json.EnumerateObject().SelectMany(member => Said(member.Value).Select(value => (member.Name, value))).ToImmutableArray();
    }

    private static bool Flat(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => false,
        JsonValueKind.Array => value.EnumerateArray().All(one => one.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)),
        _ => true,
    };

    private static IEnumerable<string> Said(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Said),
        JsonValueKind.Null => [],
        _ => [value.ToString() is var text && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? text.ToLowerInvariant() : text],
    };

    private static async Task<Outcome<Fields>> FromMultipart(HttpContext context, FileLimits limits, bool admitted)
    {
        var stop = context.RequestAborted;
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 100 } boundary)
            return Refusal.Malformed("", "This address takes multipart forms.");
        // Kestrel would refuse anything over 30 MB before we can say what the limit is.
        context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = (limits.MaxBytes * limits.MaxCount) + Doors.MaxBodyBytes;
        var reader = new MultipartReader(boundary, context.Request.Body) { HeadersCountLimit = 16, HeadersLengthLimit = 8192 };
        await using var store = context.RequestServices.GetRequiredService<Stores>().Open(Viewer.Anonymous);
        var (values, files, byToken) = (new List<(string, string)>(), ImmutableArray.CreateBuilder<UploadedFile>(), admitted);
        while (await reader.ReadNextSectionAsync(stop) is { } section)
        {
            if (section.GetContentDispositionHeader() is not { } part || HeaderUtilities.RemoveQuotes(part.Name).Value is not { Length: > 0 } name)
                return Refusal.Malformed("", "A part of the form has no name.");
            if (!part.IsFileDisposition())
            {
                var value = await Text(section.Body, stop);
                if (value is null || values.Count == MaxFields)
                    return Refusal.Malformed(name, $"At most {MaxFields} fields of {MaxFieldBytes / 1024} KiB.");
                if (byToken && name == JsonPart)
                {
                    if (Members(System.Text.Encoding.UTF8.GetBytes(value)).Refused(out var unread, out var members))
                        return unread;
                    values.AddRange(members);
                    continue;
                }
                values.Add((name, value));
                admitted |= name == Token && await FormGate.AcceptsAsync(context, value);
                continue;
            }
            // No byte of a file is kept for a form that we did not hand out.
            if (!admitted)
                return new Refusal(Because.Malformed, FormGate.StaleCode, "The page was open too long, or the form is not ours. Open it again; nothing was sent.");
            if (HeaderUtilities.RemoveQuotes(part.FileNameStar.HasValue ? part.FileNameStar : part.FileName).Value is not { Length: > 0 } fileName)
                continue; // A file field that was left empty.
            if (files.Count == limits.MaxCount)
                return Refusal.Malformed(name, $"At most {limits.MaxCount} files.");
            try
            {
                var blob = await store.SaveBlob(section.Body, limits.MaxBytes, stop);
                files.Add(new UploadedFile(name, blob, Named(fileName), section.ContentType is { Length: <= 100 } media ? media : "application/octet-stream"));
            }
            catch (TooLargeException)
            {
                return new Refusal(Because.TooLarge, "too-large", $"A file may have {limits.MaxBytes / 1024 / 1024} MiB; '{Named(fileName)}' has more. Nothing was sent.");
            }
        }
        return admitted ? Gather(context, values, files.ToImmutable()) : new Refusal(Because.Malformed, FormGate.StaleCode, "The page was open too long, or the form is not ours. Open it again; nothing was sent.");
    }

    private static async Task<string?> Text(Stream body, CancellationToken stop)
    {
        var buffer = new byte[MaxFieldBytes + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
        return read > MaxFieldBytes ? null : System.Text.Encoding.UTF8.GetString(buffer, 0, read);
    }

    // Some browsers send a whole path; only its last part says anything.
    private static string Named(string fileName) => fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..] is { Length: > 0 } last ? last[..Math.Min(last.Length, 200)] : "file";

    private static Fields Gather(HttpContext context, IEnumerable<(string Name, string Value)> said, ImmutableArray<UploadedFile> files)
    {
        var values = said.GroupBy(pair => pair.Name).ToDictionary(group => group.Key, group => group.Select(pair => pair.Value).ToImmutableArray());
        foreach (var (name, value) in context.Request.RouteValues)
            values[name] = [value?.ToString() ?? ""];
        return new Fields(values, files);
    }

    /// <summary>Ends with an error instead of reading on.</summary>
    private sealed class LimitedStream(Stream inner, long limit) : Stream
    {
        private long _read;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            return (_read += count) > limit ? throw new TooLargeException(limit) : count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
