using Xunit;

namespace Aftercare.Tests;

/// <summary>Where the tests find what lies outside their own assembly.</summary>
internal static class Shared
{
    /// <summary>The folder that holds <c>Aftercare.slnx</c>.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>
    /// A folder of the public test data, which is not part of the repository: <c>$AFTERCARE_SHARED/data</c>, else <c>shared/data</c>
    /// beside the repository. The calling test is skipped where it is missing.
    /// </summary>
    public static string Data(string folder)
    {
        var shared = Environment.GetEnvironmentVariable("AFTERCARE_SHARED");
        var root = string.IsNullOrEmpty(shared) ? Path.Combine(Repository, "..", "shared") : shared;
        var path = Path.GetFullPath(Path.Combine(root, "data", folder));
        Assert.SkipUnless(Directory.Exists(path), $"outside test data '{folder}' is not here (looked at {path}; set AFTERCARE_SHARED)");
        return path;
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Aftercare.slnx")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Aftercare.slnx.");
    }
}
