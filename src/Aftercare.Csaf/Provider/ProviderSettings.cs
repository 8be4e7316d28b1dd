namespace Aftercare.Csaf;

/// <summary>Who publishes, and where the tree is seen from outside.</summary>
/// <param name="PublicUrl">The https address whose <c>/.well-known/csaf/</c> is the tree.</param>
/// <param name="Publisher">As in the documents.</param>
/// <param name="ListOnAggregators">Whether CSAF aggregators may list us.</param>
/// <param name="MirrorOnAggregators">Whether they may keep copies.</param>
public sealed record ProviderSettings(Uri PublicUrl, Publisher Publisher, bool ListOnAggregators = true, bool MirrorOnAggregators = true)
{
    public Uri PublicUrl { get; } = PublicUrl is { IsAbsoluteUri: true, Scheme: "https" } or { IsAbsoluteUri: true, IsLoopback: true }
        ? PublicUrl
        : throw new ArgumentException("The public address must be an absolute https address (CSAF 2.0 §7.1.3).", nameof(PublicUrl));

    /// <summary>The address of a file of the tree.</summary>
    /// <param name="path">From the root of the site, without a leading slash.</param>
    internal string UrlOf(string path) => new Uri(PublicUrl, "/" + path).AbsoluteUri;
}
