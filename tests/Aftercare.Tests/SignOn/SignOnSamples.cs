using Aftercare.Ledger;
using Aftercare.SignOn;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.SignOn;

internal static class SignOnSamples
{
    public static Event[] All =>
    [
        Set(),
        new SignOnSettingsEvent.TurnedOff("The provider moves."),
        new StrangerEvent.TurnedAway(TurnedAwayBecause.Unknown),
    ];

    public static SignOnSettingsEvent.Set Set() => new()
    {
        Issuer = "https://login.maker.example/realms/staff",
        ClientId = "aftercare",
        ButtonName = "Maker Medical",
        GroupsClaim = "groups",
        Groups = [new("psirt-analysts", Role.Analyst), new("CN=quality,OU=groups", Role.Quality)],
        BreakGlass = Some.Id("administrator"),
        SecretEntered = true,
    };
}
