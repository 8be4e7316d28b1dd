using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Aftercare.Cli;

/// <summary><c>aftercare upload</c>: brings a package to the server, going on where an earlier try was cut off.</summary>
internal static class Upload
{
    private const int PieceBytes = 8 * 1024 * 1024;
    private const int Tries = 5;

    private static readonly Argument<string> Update = new("UPDATE") { Description = "The update's id or number, e.g. U-2026-0003" };
    private static readonly Argument<string> File = new("FILE") { Description = "The package" };
    private static readonly Option<string> Path = new("--path") { Description = "Where devices find it: line/release/file", Required = true };
    private static readonly Option<Uri> Server = Take.Server();
    private static readonly Option<string> TokenFile = Take.TokenFile();

    internal static Command Command { get; } = new Command("upload", "Brings a package to the server; run it again to go on after a cut") { Update, File, Path, Server, TokenFile }
        .With(command => command.SetAction(Run));

    private static async Task<int> Run(ParseResult said, CancellationToken stop)
    {
        var file = new FileInfo(said.GetRequiredValue(File));
        if (!file.Exists)
            throw new RefusedException($"There is no file {file.FullName}.");
        using var server = new Server(said.GetRequiredValue(Server), Secrets.Token(said.GetRequiredValue(TokenFile)));
        await using var content = file.OpenRead();
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, stop));
        var update = await server.IdOf(said.GetRequiredValue(Update), stop);
        var begun = await server.Post($"api/v1/updates/{update:D}/uploads", new JsonObject
        {
            ["path"] = said.GetRequiredValue(Path),
            ["length"] = file.Length,
            ["sha256"] = sha256,
        }, stop);
        await SendAll(server, $"api/v1/uploads/{begun.GetProperty("id").GetString()}", content, stop);
        Console.WriteLine($"{said.GetRequiredValue(Path)}: {file.Length} bytes, sha256 {sha256}. The server has it and found the same.");
        return 0;
    }

    private static async Task SendAll(Server server, string upload, FileStream content, CancellationToken stop)
    {
        for (var failures = 0; ;)
        {
            try
            {
                if (await SendPiece(server, upload, content, stop))
                    return;
                failures = 0;
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException && ++failures < Tries)
            {
                await Console.Error.WriteLineAsync($"The connection was cut ({fault.Message}); going on.");
                await Task.Delay(TimeSpan.FromSeconds(Math.Pow(2, failures - 1)), stop);
            }
        }
    }

    /// <returns>True when the server has the whole file and has checked it.</returns>
    private static async Task<bool> SendPiece(Server server, string upload, FileStream content, CancellationToken stop)
    {
        using var asked = await server.Send(new HttpRequestMessage(HttpMethod.Head, upload), stop);
        var offset = Offset(asked);
        content.Position = offset;
        var length = Math.Min(PieceBytes, content.Length - offset);
        using var request = new HttpRequestMessage(HttpMethod.Patch, upload) { Content = new StreamContent(new Window(content, length)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        request.Content.Headers.ContentLength = length;
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        using var answer = await server.Send(request, stop);
        if (!Console.IsErrorRedirected)
            await Console.Error.WriteAsync($"\r{(offset + length) * 100 / Math.Max(1, content.Length)} %");
        return answer.StatusCode == HttpStatusCode.Created;
    }

    private static long Offset(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Upload-Offset", out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw new RefusedException("The server does not say how far the upload has come.");

    /// <summary>The next bytes of a file and no more, so that a piece never is in memory as a whole.</summary>
    private sealed class Window(FileStream inner, long length) : Stream
    {
        private long _left = length;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Took(inner.Read(buffer, offset, (int)Math.Min(count, _left)));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Took(await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken));

        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Took(int count)
        {
            _left -= count;
            return count;
        }
    }
}
