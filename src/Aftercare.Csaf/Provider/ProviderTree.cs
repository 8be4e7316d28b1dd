using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Aftercare.Csaf;

/// <summary>A file of the public tree.</summary>
/// <param name="Path">From the root of the site, with slashes, without a leading one.</param>
public sealed record TreeFile(string Path, ReadOnlyMemory<byte> Bytes)
{
    internal TreeFile(string path, string text) : this(path, Encoding.UTF8.GetBytes(text))
    {
    }
}

/// <summary>
/// The files by which others find and fetch our documents (CSAF 2.0 §7.1), as a function of what is published. The role claimed is
/// <c>csaf_provider</c>: valid documents (requirement 1), file names (2), freely readable TLP:WHITE (4), provider-metadata.json (7) at its
/// well-known address (9), year folders, index.txt and changes.csv (11-13) with HTML listings (14), ROLIE feed, service and category
/// documents (15-17). TLS and no redirects (3, 6) are the web server's. SHA-256 and SHA-512 files (18) are there too; what
/// <c>csaf_trusted_provider</c> asks beyond them, OpenPGP signatures and the public key (19, 20), is not.
/// </summary>
public static class ProviderTree
{
    internal const string Root = ".well-known/csaf";
    internal const string White = $"{Root}/white";
    internal const string Metadata = $"{Root}/provider-metadata.json";
    internal const string Service = $"{Root}/service.json";
    internal const string Feed = $"{White}/csaf-feed-tlp-white.json";
    internal const string Categories = $"{White}/category-csaf-feed-tlp-white.json";

    /// <summary>The files of one document: its hashes, then itself.</summary>
    public static ImmutableArray<TreeFile> DocumentFiles(Publication publication)
    {
        var path = $"{White}/{publication.Listing.Path}";
        var name = path[(path.LastIndexOf('/') + 1)..];
        var bytes = publication.Bytes;
        return
        [
            new TreeFile($"{path}.sha256", $"{Convert.ToHexStringLower(SHA256.HashData(bytes.Span))}  {name}\n"),
            new TreeFile($"{path}.sha512", $"{Convert.ToHexStringLower(SHA512.HashData(bytes.Span))}  {name}\n"),
            new TreeFile(path, bytes),
        ];
    }

    /// <summary>The files that lead to the documents, in the order in which to write them: what points at others comes after them.</summary>
    /// <param name="published">Every document that the tree holds; in any order.</param>
    /// <param name="updated">When the set last changed.</param>
    /// <exception cref="ArgumentException">Two documents would have the same file.</exception>
    public static ImmutableArray<TreeFile> IndexFiles(ProviderSettings settings, IEnumerable<ListedAdvisory> published, DateTimeOffset updated)
    {
        ImmutableArray<ListedAdvisory> newestFirst =
            [.. published.OrderByDescending(a => a.CurrentRelease).ThenBy(a => a.Path, StringComparer.Ordinal)];
        if (newestFirst.GroupBy(a => a.Path).FirstOrDefault(g => g.Count() > 1) is { } clash)
            throw new ArgumentException($"{string.Join(" and ", clash.Select(a => a.Id))} would both be {clash.Key}.", nameof(published));

        return
        [
            .. Listings(newestFirst),
            new TreeFile($"{White}/index.txt", Lines(newestFirst.Select(a => a.Path).Order(StringComparer.Ordinal))),
            new TreeFile($"{White}/changes.csv", Lines(newestFirst.Select(a => $"\"{a.Path}\",\"{Rfc3339.Format(a.CurrentRelease)}\""))),
            new TreeFile(Categories, ProviderJson.Categories(newestFirst)),
            new TreeFile(Feed, ProviderJson.Feed(settings, newestFirst, updated)),
            new TreeFile(Service, ProviderJson.Service(settings)),
            new TreeFile(Metadata, ProviderJson.Metadata(settings, updated)),
        ];
    }

    /// <summary>Directory listings as files (requirement 14), so that any web server that serves index.html has them.</summary>
    private static IEnumerable<TreeFile> Listings(ImmutableArray<ListedAdvisory> published)
    {
        var years = published.ToLookup(a => a.Path.Split('/')[0], a => a.Path.Split('/')[1]);
        foreach (var year in years)
            yield return Listing($"{White}/{year.Key}", year.SelectMany(name => new[] { name, $"{name}.sha256", $"{name}.sha512" }));

        yield return Listing(White, years.Select(year => $"{year.Key}/").Append("changes.csv").Append("index.txt"));
    }

    private static TreeFile Listing(string folder, IEnumerable<string> names)
    {
        var items = names.Order(StringComparer.Ordinal).Select(WebUtility.HtmlEncode).Select(name => $"<li><a href=\"{name}\">{name}</a></li>\n");
        return new TreeFile($"{folder}/index.html", $"""
            <!DOCTYPE html>
            <html lang="en">
            <title>Security advisories (CSAF)</title>
            <h1>Security advisories (CSAF)</h1>
            <ul>
            {string.Concat(items)}</ul>
            </html>

            """);
    }

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
