using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Platform.Web;

/// <summary>How the pages present the organisation: its name and zone as the ledger says them, kept in memory until somebody records something.</summary>
public sealed class Branding
{
    private volatile bool _stale = true;

    /// <summary>The organisation's name as people know it; "Aftercare" before set-up.</summary>
    public string Organisation { get; private set; } = "Aftercare";

    /// <summary>IANA zone in which times are shown when the reader has none of his own; UTC before set-up.</summary>
    public string Zone { get; private set; } = "UTC";

    /// <summary>Puts a TEST banner on every page and every printed sheet.</summary>
    public bool Test { get; init; }

    public void Changed() => _stale = true;

    /// <summary>Reads what the ledger says now, if it may have changed.</summary>
    public async Task Refresh(Store store, CancellationToken stop)
    {
        if (!_stale)
            return;
        _stale = false;
        if (await (await store.Rows<OrganisationRow>(stop)).FirstOrDefaultAsync(stop) is not { } row)
            return;
        (Organisation, Zone) = (row.Name, row.Zone);
    }
}
