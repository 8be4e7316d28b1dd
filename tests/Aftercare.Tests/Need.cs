using System.Diagnostics.CodeAnalysis;
using Xunit;

namespace Aftercare.Tests;

/// <summary>What a test does when something it needs is missing.</summary>
internal static class Need
{
    /// <summary>
    /// Ends the calling test: skipped on somebody's own machine, failed where <c>CI=true</c>, so that a build machine that lost a
    /// tool cannot stay green.
    /// </summary>
    [DoesNotReturn]
    public static void Missing(string reason)
    {
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
        {
            Assert.Fail(reason);
        }
        Assert.Skip(reason);
    }
}
