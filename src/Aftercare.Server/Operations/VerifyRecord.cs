using System.Collections.Immutable;
using System.Globalization;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Log;

namespace Aftercare.Server.Operations;

/// <summary>Checks the whole record. Only reads, so that it can be pointed at a copy, a replica or a running server.</summary>
internal static class VerifyRecord
{
    internal static async Task<int> Run(Installation installation, ImmutableArray<string> arguments, TextWriter output, CancellationToken stop)
    {
        installation.RequireThere();
        await using var database = installation.OpenReadOnly();
        var report = await new RecordCheck(database, new LogFolder(installation.Data.Log, LogKey.Open(installation.Data.Keys))).Run(stop);
        foreach (var finding in report.Findings)
            await output.WriteLineAsync(finding);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{report.Entries} entries, {report.Logged} in the log, {report.Entries - report.Logged} waiting; {Words(report.Findings.Length)}."));
        return report.Findings.Length == 0 ? 0 : 1;
    }

    private static string Words(int findings) => findings == 0 ? "every one is what the log says" : string.Create(CultureInfo.InvariantCulture, $"{findings} findings");
}
