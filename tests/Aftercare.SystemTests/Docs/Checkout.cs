using Aftercare.Tests;

namespace Aftercare.SystemTests.Docs;

/// <summary>A checkout whose programs <c>./run</c> finds built: its own script over the output of the build that made these tests.</summary>
internal static class Checkout
{
    /// <summary>Makes it in a folder that is there.</summary>
    public static void LayOut(string folder)
    {
        File.Copy(Path.Combine(Shared.Repository, "run"), Path.Combine(folder, "run"));
        foreach (var source in (string[])["src", "Directory.Build.props", "Directory.Packages.props", "global.json"])
            File.CreateSymbolicLink(Path.Combine(folder, source), Path.Combine(Shared.Repository, source));
        foreach (var program in (string[])["Aftercare.Server", "Aftercare.Cli"])
        {
            Directory.CreateDirectory(Path.Combine(folder, "artifacts", "publish", program));
            File.CreateSymbolicLink(Path.Combine(folder, "artifacts", "publish", program, "release"), Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", program, new DirectoryInfo(AppContext.BaseDirectory).Name)));
        }
        // What the script writes when it has built.
        File.WriteAllText(Path.Combine(folder, "artifacts", "publish", "built"), "");
    }
}
