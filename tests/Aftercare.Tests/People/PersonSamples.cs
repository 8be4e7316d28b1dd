using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.People;

internal static class PersonSamples
{
    public static Event[] All =>
    [
        new PersonEvent.Founded(),
        new PersonEvent.Invited([Role.Operator], [Some.Id("site")]),
        new PersonEvent.Joined(),
        new PersonEvent.RoleProposed(Role.Quality),
        new PersonEvent.RoleGranted(Role.Quality),
        new PersonEvent.RoleRevoked(Role.Quality, "Moved to another department."),
        new PersonEvent.InvitationRenewed(),
        new PersonEvent.SitesChanged([Some.Id("site"), Some.Id("other site")]),
        new PersonEvent.SecondFactorReset("Lost the telephone; recognised on a video call."),
        new PersonEvent.SessionsEnded("The laptop was stolen from the car."),
        new PersonEvent.Left("Left the company on 31 March 2026."),
    ];
}
