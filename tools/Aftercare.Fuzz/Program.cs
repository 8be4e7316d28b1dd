using System.Diagnostics;
using System.Globalization;
using Aftercare.Tests.Channels.Mail;

// Damages mails at random and reads them, until one is not read as every mail must be. COUNT mails for each worker; a seed and a number name each mail:
//   dotnet run -c Release --project tools/Aftercare.Fuzz -- COUNT [SEED [WORKERS]]
int Argument(int at, int otherwise) => at < args.Length ? int.Parse(args[at], NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;
var (count, seed, workers) = (Argument(0, 100_000), Argument(1, 1), Argument(2, 1));
var clock = Stopwatch.StartNew();
Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, worker => MailFuzz.Run(count, seed + worker, done =>
{
    if (done % 100_000 == 0)
        Console.WriteLine($"seed {seed + worker}: {done} mails, {clock.Elapsed.TotalSeconds:F0} s, {GC.GetTotalMemory(false) / 1024 / 1024} MB managed");
}));
GC.Collect();
using var self = Process.GetCurrentProcess();
Console.WriteLine($"{(long)count * workers} mails from seed {seed} in {clock.Elapsed.TotalSeconds:F0} s without a crash, a hang or growth: "
    + $"{GC.GetTotalMemory(true) / 1024 / 1024} MB managed at the end, {self.PeakWorkingSet64 / 1024 / 1024} MB resident at most.");
