using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.People;

internal static class TokenSamples
{
    public static Event[] All =>
    [
        new TokenEvent.Issued(Some.Id("owner"), "release pipeline", [Role.Developer, Role.Signer], Some.Monday.Plus(TimeSpan.FromDays(90))),
        new TokenEvent.Revoked("The pipeline moved to another machine."),
    ];
}
