using Aftercare.Products;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Products;

/// <summary>The organisation, as everybody may know it.</summary>
public sealed class OrganisationRow : ViewRow
{
    public string Name { get; set; } = "";
    public string Zone { get; set; } = "";
    public string Prefix { get; set; } = "";
    public string SecurityContact { get; set; } = "";

    internal static View View { get; } = View.Of<Organisation, OrganisationRow>("organisations",
        one => [new OrganisationRow { Name = one.Name, Zone = one.Zone, Prefix = one.Prefix, SecurityContact = one.SecurityContact }],
        (views, row) => true);

    public TimeZoneInfo TimeZone => TimeZoneInfo.FindSystemTimeZoneById(Zone);
}

/// <summary>A legal manufacturer; public, as it is on every label.</summary>
public sealed class ManufacturerRow : ViewRow
{
    public string Name { get; set; } = "";
    public string Country { get; set; } = "";
    public string? Srn { get; set; }

    internal static View View { get; } = View.Of<Manufacturer, ManufacturerRow>("manufacturers",
        one => [new ManufacturerRow { Name = one.Name, Country = one.Country, Srn = one.Srn }],
        (views, row) => true);
}
