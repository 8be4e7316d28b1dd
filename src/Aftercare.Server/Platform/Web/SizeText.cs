using System.Globalization;

namespace Aftercare.Server.Platform.Web;

/// <summary>Sizes as people read them.</summary>
public static class SizeText
{
    /// <summary>Rounded up to one decimal: <c>1.2 MiB</c>, <c>900 B</c>.</summary>
    public static string Of(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => In(bytes, 1024, "KiB"),
        < 1024L * 1024 * 1024 => In(bytes, 1024 * 1024, "MiB"),
        _ => In(bytes, 1024L * 1024 * 1024, "GiB"),
    };

    private static string In(long bytes, long unit, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(bytes * 10m / unit) / 10m:0.#} {name}");
}
