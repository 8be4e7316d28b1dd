using Aftercare.Products;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Products;

/// <summary>The classes of IEC 81001-5-1 §4.3 in words that a hospital understands, with the clause's word in brackets.</summary>
public static class ClassWords
{
    public static string Of(SoftwareClass @class) => @class switch
    {
        SoftwareClass.Maintained => "Maintained by us (maintained)",
        SoftwareClass.Supported => "We notify (supported)",
        _ => "Required, yours (required)",
    };

    /// <summary>Who wrote it, which says nothing about who answers for it.</summary>
    public static string Of(Origin origin) => origin == Origin.Own ? "Our own" : "Third party";

    internal static IReadOnlyList<ChoiceOption> Classes { get; } =
    [
        new(Words.Of(SoftwareClass.Maintained), Of(SoftwareClass.Maintained), "We carry the risk: we watch it, tell sites and make security updates."),
        new(Words.Of(SoftwareClass.Supported), Of(SoftwareClass.Supported), "We watch it and tell sites about known risks and about which third-party updates fit; the site installs them."),
        new(Words.Of(SoftwareClass.Required), Of(SoftwareClass.Required), "We considered what was known before release; keeping it secure is the site's work."),
    ];

    internal static IReadOnlyList<ChoiceOption> Origins { get; } =
        [new(Words.Of(Origin.Own), Of(Origin.Own)), new(Words.Of(Origin.ThirdParty), Of(Origin.ThirdParty), "Bought, open source, or software of unknown provenance (SOUP).")];
}
