using System.CommandLine;
using Aftercare.Cli;
using Aftercare.Trust;
using Aftercare.Trust.Tuf;

// Exit codes: 0 done, 1 refused or failed, 2 not understood.
var root = new RootCommand("Aftercare: for whoever releases updates of medical devices, and for whoever installs them.")
{
    new Command("keys", "Keys of people and services") { KeysNew.Command },
    new Command("root", "The root of trust: who may sign releases") { RootInit.Command, RootSign.Command, RootSubmit.Command },
    Upload.Command,
    Sign.Command,
    SiteTrust.Command,
    Get.Command,
    Verify.Command,
    Installed.Command,
    Send.Command,
    Import.Command,
    new Command("audit", "Evidence") { AuditVerify.Command },
};
var parsed = root.Parse(args);
foreach (var error in parsed.Errors)
    await Console.Error.WriteLineAsync(error.Message);
if (parsed.Errors.Count > 0)
    return 2;
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) => (pressed.Cancel, _) = (true, stop.CancelAsync());
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, stop.Token);
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Stopped.");
    return 1;
}
#pragma warning disable CA1031 // The outermost place: a person gets one sentence, whatever it was.
catch (Exception fault)
#pragma warning restore CA1031
{
    var expected = fault is RefusedException or TufPlanException or UntrustedException or IOException or UnauthorizedAccessException or HttpRequestException or ArgumentException;
    await Console.Error.WriteLineAsync(expected ? fault.Message : $"The answer or file was not as expected ({fault.GetType().Name}): {fault.Message}");
    return 1;
}
