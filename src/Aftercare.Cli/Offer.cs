using System.Collections.Immutable;
using System.Text.Json;
using Aftercare.Deliveries;

namespace Aftercare.Cli;

/// <summary>What the manufacturer's server says about an update and the site's devices. Whether a file may be installed is not taken from here: signed metadata says that.</summary>
/// <param name="Challenge">Begins the nonce of every receipt.</param>
internal sealed record Offer(
    string Update, string Challenge, bool Withdrawn, string ToVersion, ImmutableArray<ReceiptFile> Files, ImmutableArray<(string Serial, InstalledDevice Device)> Devices)
{
    internal static Offer Read(JsonElement json) => new(
        Text(json, "update"), Text(json, "challenge"), json.GetProperty("withdrawn").GetBoolean(), Text(json, "toVersion"),
        [.. json.GetProperty("files").EnumerateArray().Select(file => new ReceiptFile(Text(file, "path"), Text(file, "sha256")))],
        [.. json.GetProperty("devices").EnumerateArray().Select(device =>
            (Text(device, "serial"), new InstalledDevice(Text(device, "line"), device.GetProperty("version").GetString(), device.GetProperty("retired").GetBoolean())))]);

    internal InstalledDevice Device(string serial) => Devices.FirstOrDefault(device => device.Serial == serial).Device
        ?? throw new RefusedException($"Your site has no device with the serial number {serial}, as far as the manufacturer knows.");

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
