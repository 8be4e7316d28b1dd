using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Aftercare.Csaf;

/// <summary>All products that the document speaks of, each with the id by which the vulnerabilities refer to it (CSAF 2.0 §3.2.2).</summary>
public sealed record ProductTree
{
    public ImmutableArray<Branch> Branches { get => field.OrEmpty; init; }

    public ImmutableArray<FullProductName> FullProductNames { get => field.OrEmpty; init; }

    public ImmutableArray<ProductGroup> ProductGroups { get => field.OrEmpty; init; }

    public ImmutableArray<Relationship> Relationships { get => field.OrEmpty; init; }

    /// <summary>Every product, wherever it stands: in the branches from the top down, in the plain list, and as what a relationship names.</summary>
    public IEnumerable<FullProductName> AllProducts() => Below(Branches).Concat(FullProductNames).Concat(Relationships.Select(one => one.FullProductName));

    private static IEnumerable<FullProductName> Below(ImmutableArray<Branch> branches) =>
        branches.SelectMany(branch => branch.Product is { } product ? Below(branch.Branches).Prepend(product) : Below(branch.Branches));
}

/// <summary>One step down, as vendor → product name → product version: either further branches or, at the end, a product; never both.</summary>
public sealed record Branch(BranchCategory Category, string Name)
{
    public ImmutableArray<Branch> Branches { get => field.OrEmpty; init; }

    public FullProductName? Product { get; init; }
}

[JsonConverter(typeof(Spelling<BranchCategory>))]
public enum BranchCategory
{
    Architecture,
    HostName,
    Language,
    Legacy,
    PatchLevel,
    ProductFamily,
    ProductName,
    ProductVersion,
    ProductVersionRange,
    ServicePack,
    Specification,
    Vendor,
}

/// <param name="Name">As people say it, with vendor and version.</param>
/// <param name="ProductId">Unique within the document; carries no meaning outside it.</param>
public sealed record FullProductName(string Name, string ProductId)
{
    public ProductIdentificationHelper? ProductIdentificationHelper { get; init; }
}

/// <summary>What an asset database can be asked for. At least one member is given; a hospital finds its device by model, serial or UDI.</summary>
public sealed record ProductIdentificationHelper
{
    public string? Cpe { get; init; }

    public ImmutableArray<FileHashes> Hashes { get => field.OrEmpty; init; }

    public ImmutableArray<string> ModelNumbers { get => field.OrEmpty; init; }

    public string? Purl { get; init; }

    public ImmutableArray<string> SbomUrls { get => field.OrEmpty; init; }

    /// <value>Full or partial; <c>*</c> and <c>?</c> stand for any characters and for one (§3.1.3.3.6).</value>
    public ImmutableArray<string> SerialNumbers { get => field.OrEmpty; init; }

    public ImmutableArray<string> Skus { get => field.OrEmpty; init; }

    public ImmutableArray<GenericUri> XGenericUris { get => field.OrEmpty; init; }
}

/// <param name="Namespace">URL that names the scheme of the identifier.</param>
/// <param name="Uri">The identifier itself, as a URI; a UDI-DI goes here.</param>
public sealed record GenericUri(string Namespace, string Uri);

public sealed record FileHashes(ImmutableArray<FileHash> Hashes, string Filename)
{
    [JsonPropertyName("file_hashes")]
    public ImmutableArray<FileHash> Hashes { get => field.OrEmpty; init; } = Hashes;
}

/// <param name="Algorithm">OpenSSL's spelling, e.g. <c>sha256</c>.</param>
/// <param name="Value">Hexadecimal, at least 32 digits.</param>
public sealed record FileHash(string Algorithm, string Value);

public sealed record ProductGroup(string GroupId, ImmutableArray<string> ProductIds, string? Summary = null);

/// <summary>A product made of two: this component in, or installed on, that one.</summary>
public sealed record Relationship(
    RelationshipCategory Category, FullProductName FullProductName, string ProductReference, string RelatesToProductReference);

[JsonConverter(typeof(Spelling<RelationshipCategory>))]
public enum RelationshipCategory
{
    DefaultComponentOf,
    ExternalComponentOf,
    InstalledOn,
    InstalledWith,
    OptionalComponentOf,
}
