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
        new PersonEvent.GroupMissing(Role.Quality),
        new PersonEvent.GroupFound(Role.Quality),
        new PersonEvent.RoleRevoked(Role.Quality, "Moved to another department."),
        new PersonEvent.InvitationRenewed(),
        new PersonEvent.SitesChanged([Some.Id("site"), Some.Id("other site")]),
        new PersonEvent.SecondFactorReset("Lost the telephone; recognised on a video call."),
        new PersonEvent.DeputyNamed(Role.Quality, Some.Id("deputy")),
        new PersonEvent.Trained(Role.Quality, Stated.Parse("2026-01-12", null), "SOP-114 rev. 3, training record 2026-17", Stated.Parse("2028-01-12", null)),
        new PersonEvent.SessionsEnded("The laptop was stolen from the car."),
        new PersonEvent.Left("Left the company on 31 March 2026."),
    ];
}
