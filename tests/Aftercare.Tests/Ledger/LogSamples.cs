using Aftercare.Ledger;

namespace Aftercare.Tests.Ledger;

internal static class LogSamples
{
    public static Event[] All =>
    [
        new LogEvent.GapDeclared(
            "psirt.acme.example/log\n12\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— psirt.acme.example/log q+Po9AAA\n", 9, 2,
            "The disk of the database server died on 28 February; the newest backup that could be read was of the evening before."),
    ];
}
