using Aftercare.Ledger;
using Aftercare.Updates;

namespace Aftercare.Tests.Updates;

internal static class RepositorySamples
{
    public static Event[] All =>
    [
        new RepositoryEvent.RootProposed(1, new string('a', 64), UpdateSamples.Drafts),
        new RepositoryEvent.RootPublished(1, new string('a', 64)),
        new RepositoryEvent.TargetsPublished([new RoleToSign("pump", 1, new string('e', 64))], 1, 1),
        new RepositoryEvent.Resigned(2, 2),
    ];
}
