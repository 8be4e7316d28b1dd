using Aftercare.Tests;

namespace Aftercare.SystemTests.Fixtures;

/// <summary>Programs of the machine that tests start.</summary>
internal static class Tools
{
    /// <summary>
    /// The full path of the first of these programs that is on <c>PATH</c>. Without any the calling test is skipped, or fails where <c>CI=true</c>.
    /// </summary>
    public static string Require(params string[] programs)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var found = programs.SelectMany(program => folders.Select(folder => Path.Combine(folder, program))).FirstOrDefault(File.Exists);
        if (found is null)
        {
            Need.Missing($"'{string.Join("' or '", programs)}' is not installed");
        }
        return found ?? "";
    }
}
