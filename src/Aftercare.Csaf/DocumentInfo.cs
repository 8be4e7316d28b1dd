using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Aftercare.Csaf;

/// <summary>The document about itself: who says it, to whom, in which version (CSAF 2.0 §3.2.1).</summary>
public sealed record DocumentInfo
{
    /// <value>The profile, such as <c>csaf_security_advisory</c> (§4). A name of one's own means CSAF base.</value>
    public required string Category { get; init; }

    public string CsafVersion { get; init; } = "2.0";

    public Distribution? Distribution { get; init; }

    public AggregateSeverity? AggregateSeverity { get; init; }

    /// <value>BCP 47 tag of the language that this document is written in.</value>
    public string? Lang { get; init; }

    /// <value>BCP 47 tag of the original, when this document is a translation.</value>
    public string? SourceLang { get; init; }

    public ImmutableArray<Acknowledgment> Acknowledgments { get => field.OrEmpty; init; }

    public ImmutableArray<Note> Notes { get => field.OrEmpty; init; }

    public required Publisher Publisher { get; init; }

    public ImmutableArray<Reference> References { get => field.OrEmpty; init; }

    public required string Title { get; init; }

    public required Tracking Tracking { get; init; }
}

public sealed record Distribution
{
    public string? Text { get; init; }

    public Tlp? Tlp { get; init; }
}

/// <summary>Who may read it (Traffic Light Protocol 1.0, as CSAF 2.0 asks).</summary>
public sealed record Tlp(TlpLabel Label, string? Url = null);

[JsonConverter(typeof(Spelling<TlpLabel>))]
public enum TlpLabel
{
    [JsonStringEnumMemberName("WHITE")] White,
    [JsonStringEnumMemberName("GREEN")] Green,
    [JsonStringEnumMemberName("AMBER")] Amber,
    [JsonStringEnumMemberName("RED")] Red,
}

/// <param name="Text">The word that readers see, e.g. "Critical".</param>
/// <param name="Namespace">URL of the scale that the word is from.</param>
public sealed record AggregateSeverity(string Text, string? Namespace = null);

/// <summary>Thanks, with as much of the name as the person allowed.</summary>
public sealed record Acknowledgment
{
    public ImmutableArray<string> Names { get => field.OrEmpty; init; }

    public string? Organization { get; init; }

    public string? Summary { get; init; }

    public ImmutableArray<string> Urls { get => field.OrEmpty; init; }
}

public sealed record Note(NoteCategory Category, string Text)
{
    public string? Title { get; init; }

    public string? Audience { get; init; }
}

[JsonConverter(typeof(Spelling<NoteCategory>))]
public enum NoteCategory
{
    Description,
    Details,
    Faq,
    General,
    LegalDisclaimer,
    Other,
    Summary,
}

/// <param name="Namespace">URL that the publisher owns; with its name it tells publishers apart.</param>
public sealed record Publisher(PublisherCategory Category, string Name, string Namespace)
{
    public string? ContactDetails { get; init; }

    public string? IssuingAuthority { get; init; }
}

[JsonConverter(typeof(Spelling<PublisherCategory>))]
public enum PublisherCategory
{
    Coordinator,
    Discoverer,
    Other,
    Translator,
    User,
    Vendor,
}

public sealed record Reference(string Summary, string Url)
{
    /// <value>Default external, as in the standard; <c>self</c> points at this very document.</value>
    public ReferenceCategory Category { get; init; } = ReferenceCategory.External;
}

[JsonConverter(typeof(Spelling<ReferenceCategory>))]
public enum ReferenceCategory
{
    External,
    Self,
}

/// <summary>Identity and history of the document (CSAF 2.0 §3.2.1.12).</summary>
public sealed record Tracking
{
    /// <value>Unique within the publisher's namespace and never changed; the file name is made from it (§5.1).</value>
    public required string Id { get; init; }

    public ImmutableArray<string> Aliases { get => field.OrEmpty; init; }

    public required DateTimeOffset InitialReleaseDate { get; init; }

    public required DateTimeOffset CurrentReleaseDate { get; init; }

    public required TrackingStatus Status { get; init; }

    /// <value>A whole number or a semantic version, the same kind in all revisions (§3.1.11).</value>
    public required string Version { get; init; }

    public required ImmutableArray<Revision> RevisionHistory { get => field.OrEmpty; init; }

    public Generator? Generator { get; init; }
}

[JsonConverter(typeof(Spelling<TrackingStatus>))]
public enum TrackingStatus
{
    Draft,
    Final,
    Interim,
}

public sealed record Revision(string Number, DateTimeOffset Date, string Summary)
{
    public string? LegacyVersion { get; init; }
}

public sealed record Generator(Engine Engine, DateTimeOffset? Date = null);

public sealed record Engine(string Name, string? Version = null);
