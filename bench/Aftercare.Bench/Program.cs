using System.Diagnostics;
using Aftercare.Bench;

// Each measurement stands beside its rival and prints a ratio. Run in Release on a quiet machine:
//   dotnet run -c Release --project bench/Aftercare.Bench -- records
//   AFTERCARE_POSTGRES='Host=…' dotnet run -c Release --project bench/Aftercare.Bench -- records
var what = args.FirstOrDefault() ?? "records";
var clock = Stopwatch.StartNew();
await (what switch
{
    "records" => Records.Run(),
    "reports" => Reports.Run(),
    _ => throw new ArgumentException($"Unknown measurement '{what}': records, reports."),
});
Console.WriteLine($"took {clock.Elapsed.TotalSeconds:F1} s");
