namespace Aftercare.Server.Platform.Web;

/// <summary>Who a page is for. It decides the frame, the language and what an error page looks like.</summary>
public enum Face
{
    /// <summary>Public: no account, no script needed, in the reader's language.</summary>
    FrontDoor,

    /// <summary>The manufacturer's own people. English.</summary>
    Desk,

    /// <summary>A site's people. English.</summary>
    Portal,

    /// <summary>The auditor: read-only, as of a date. English.</summary>
    Audit,
}

/// <summary>One line of a navigation.</summary>
/// <param name="Href">A path of this host. The entry with the longest path that begins the page's own is marked as current.</param>
/// <param name="Count">How many wait there; nothing is shown for null or 0.</param>
public sealed record NavEntry(string Text, string Href, Glyph? Glyph = null, int? Count = null)
{
    /// <summary>The heading that it stands under; empty: under none. Entries of a group follow each other.</summary>
    public string Group { get; init; } = "";
}

/// <summary>What an endpoint says about its face; see <see cref="Faces.WithFace"/>.</summary>
public sealed record FaceOfEndpoint(Face Face);

/// <summary>Which face an address belongs to.</summary>
public static class Faces
{
    /// <summary>
    /// Marks the endpoints of a group: error pages then wear this face, and every face but the front door stays English.
    /// An endpoint without the mark belongs to the front door.
    /// </summary>
    public static TBuilder WithFace<TBuilder>(this TBuilder endpoints, Face face)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new FaceOfEndpoint(face));

    /// <summary>The face of the endpoint that routing chose for this request.</summary>
    public static Face Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<FaceOfEndpoint>()?.Face ?? Face.FrontDoor;

    /// <summary>Where a face begins.</summary>
    public static string Home(Face face) => face switch
    {
        Face.Desk => "/desk",
        Face.Portal => "/portal",
        Face.Audit => "/audit",
        _ => "/",
    };

    internal static NavEntry? Current(IReadOnlyList<NavEntry> entries, string path) =>
        entries.Where(entry => Begins(entry.Href, path)).MaxBy(entry => entry.Href.Length);

    // A face's home begins every address of the face, so it is current only on itself.
    private static bool Begins(string href, string path) =>
        Enum.GetValues<Face>().Any(face => href == Home(face)) ? path == href : path == href || path.StartsWith(href.TrimEnd('/') + "/", StringComparison.Ordinal);
}
