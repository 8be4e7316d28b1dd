using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aftercare.Cli;

/// <summary><c>aftercare import</c>: tries a file of records on the server, and lets it run when it is clean.</summary>
internal static class Import
{
    /// <value>20 MiB, the most that the server takes.</value>
    private const long MostBytes = 20 * 1024 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly Argument<string> Kind = new("KIND") { Description = "What is in the file: manufacturers, products, releases, software-items, sites, devices, vulnerabilities or approvals" };
    private static readonly Argument<string> File = new("FILE") { Description = "CSV or JSON" };
    private static readonly Option<bool> Go = new("--run") { Description = "Import it when it has no fault; else it is only tried" };
    private static readonly Option<Uri> Server = Take.Server();
    private static readonly Option<string> TokenFile = Take.TokenFile();

    internal static Command Command { get; } = new Command("import", "Tries a list of records and tells what would come of it; --run imports it") { Kind, File, Go, Server, TokenFile }
        .With(command => command.SetAction(Run));

    private static async Task<int> Run(ParseResult said, CancellationToken stop)
    {
        var file = new FileInfo(said.GetRequiredValue(File));
        if (!file.Exists)
            throw new RefusedException($"There is no file {file.FullName}.");
        if (file.Length > MostBytes)
            throw new RefusedException($"{file.Name} has {file.Length} bytes; {MostBytes} are allowed. Split it.");
        using var server = new Server(said.GetRequiredValue(Server), Secrets.Token(said.GetRequiredValue(TokenFile)));
        var address = $"api/v1/imports/{await Send(server, said.GetRequiredValue(Kind), file, stop)}";
        var import = await server.Get(address, stop);
        if (!Tell(import))
            return 1;
        if (!said.GetValue(Go))
            return 0;
        await server.Post($"{address}/run", new JsonObject { ["seen"] = import.GetProperty("seen").GetInt32() }, stop);
        return await Follow(server, address, stop);
    }

    private static async Task<string> Send(Server server, string kind, FileInfo file, CancellationToken stop)
    {
        await using var content = file.OpenRead();
        using var fields = new StringContent(kind);
        using var bytes = new StreamContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/imports") { Content = new MultipartFormDataContent { { fields, "kind" }, { bytes, "file", file.Name } } };
        using var answer = await server.Send(request, stop);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(stop))?["id"]?.GetValue<string>() ?? throw new RefusedException("The server does not say which import this is.");
    }

    /// <returns>False when the file has faults.</returns>
    private static bool Tell(JsonElement import)
    {
        var (counts, faults) = (import.GetProperty("counts"), import.GetProperty("faults"));
        var refused = counts.GetProperty("refused").GetInt32();
        Console.WriteLine($"{Screen.Safe(import.GetProperty("file").GetString()!)}, sha256 {import.GetProperty("sha256").GetString()}");
        Console.WriteLine($"{counts.GetProperty("new")} new, {counts.GetProperty("unchanged")} here already, {refused} with faults.");
        foreach (var fault in faults.EnumerateArray())
            Console.WriteLine($"line {fault.GetProperty("line")}, place {fault.GetProperty("place")}{(fault.GetProperty("column").GetString() is { } column ? $", {column}" : "")}: {Screen.Safe(fault.GetProperty("reason").GetString()!)}");
        return refused == 0;
    }

    private static string Records(int count) => count == 1 ? "1 record" : $"{count} records";

    private static async Task<int> Follow(Server server, string address, CancellationToken stop)
    {
        while (true)
        {
            var import = await server.Get(address, stop);
            var (stage, recorded) = (import.GetProperty("stage").GetString(), import.GetProperty("recorded").GetInt32());
            if (stage == "done")
            {
                Console.WriteLine(recorded == 0 ? "Everything was here already; nothing was changed." : $"{Records(recorded)} imported.");
                return 0;
            }
            if (stage != "running")
            {
                await Console.Error.WriteLineAsync($"The import is {stage} after {Records(recorded)}. {Screen.Safe(import.GetProperty("reason").GetString() ?? "")}");
                return 1;
            }
            if (!Console.IsErrorRedirected)
                await Console.Error.WriteAsync($"\r{import.GetProperty("done")} lines");
            await Task.Delay(Pause, stop);
        }
    }
}
