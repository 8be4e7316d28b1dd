using Aftercare.Evidence;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Evidence;

/// <summary>That quality keeps an eye on the clause checks; what it decided is read from the subject.</summary>
public sealed class ReadinessRow : ViewRow
{
    public int Waivers { get; set; }

    internal static View View { get; } = View.Of<Readiness, ReadinessRow>("readiness",
        readiness => [new ReadinessRow { Waivers = readiness.Waivers.Count }],
        (views, row) => views.Desk);
}

/// <summary>An evidence pack that was made.</summary>
public sealed class PackRow : ViewRow
{
    public Guid Case { get; set; }
    public string Manifest { get; set; } = "";
    public long LogSize { get; set; }
    public int Members { get; set; }
    public bool Originals { get; set; }
    public long MadeAt { get; set; }

    internal static View View { get; } = View.Of<EvidencePack, PackRow>("packs",
        pack => [new PackRow
        {
            Case = pack.Content.Case,
            Manifest = pack.Content.Manifest,
            LogSize = pack.Content.LogSize,
            Members = pack.Content.Members,
            Originals = pack.Content.Originals,
            MadeAt = pack.Since.Ms,
        }],
        (views, row) => views.Desk,
        row => row.HasIndex(pack => pack.Case));
}
