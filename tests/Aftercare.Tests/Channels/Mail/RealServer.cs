using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Channels.Mail;

namespace Aftercare.Tests.Channels.Mail;

/// <summary>A mail server that is not ours, listening until the test run ends.</summary>
internal sealed class RealServer
{
    private readonly int _port;

    private RealServer(int port) => _port = port;

    internal SubmissionOptions Options => new() { Host = "127.0.0.1", Port = _port, TrustedRoots = [Certificates.Authority] };

    /// <summary>The options of <c>tests/oracles/smtp.mjs</c>.</summary>
    internal static async Task<RealServer> Listen(object options)
    {
        var listen = JsonSerializer.SerializeToNode(options)!.AsObject();
        listen["cert"] = Certificates.Loopback.ExportCertificatePem();
        listen["key"] = Certificates.KeyPem(Certificates.Loopback);
        var answer = await Oracles.Ask("smtp.mjs", new JsonObject { ["listen"] = listen }.ToJsonString());
        return new RealServer((int)JsonNode.Parse(answer)!["port"]!);
    }

    internal async Task<JsonArray> Received() => JsonNode.Parse(await Oracles.Ask("smtp.mjs", $"{{\"received\":{_port}}}"))!.AsArray();
}
