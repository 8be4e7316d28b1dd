using Aftercare.Tests;

namespace Aftercare.SystemTests.Fixtures;

/// <summary>Programs of the machine that tests start.</summary>
internal static class Tools
{
    /// <summary>
    /// The full path of a program on <c>PATH</c>. Without it the calling test is skipped, or fails where <c>CI=true</c>.
    /// </summary>
    public static string Require(string program)
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            var path = Path.Combine(folder, program);
            if (File.Exists(path))
            {
                return path;
            }
        }
        Need.Missing($"'{program}' is not installed");
        return "";
    }
}
