using System.Collections.Immutable;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Web;
using Aftercare.Vulnerabilities;

namespace Aftercare.Server.Cases;

/// <summary>States for some releases whether a vulnerability affects them, why not, or what users can do.</summary>
public static class SetStatus
{
    public sealed record Command(Guid Vulnerability, ImmutableArray<Guid> Releases, ProductStatus Status, Justification? Justification, Remedy? Remedy, string Reason);

    internal static void Map(IEndpointRouteBuilder app) => app.MapStep("set-status", "statuses", Parse, Decide);

    private static Command Parse(Fields fields) => new(
        fields.Id("vulnerability"), fields.Ids("releases"), fields.OneOf<ProductStatus>("status"),
        fields.OneOfOrNull<Justification>("justification"), fields.OneOfOrNull<Remedy>("remedy"), fields.Text("reason", CaseDesk.MaxReason));

    private static Outcome<CaseEvent> Decide(Wish<Command> wish)
    {
        var asked = wish.Asked;
        return asked.Releases.All(release => wish.Around.Releases.Any(known => known.Id == release))
            ? wish.Case.SetStatus(asked.Vulnerability, asked.Releases, asked.Status, asked.Justification, asked.Remedy, asked.Reason, wish.By)
            : Refusal.Malformed("releases", "One of these is not a release of the case's products. Add its product first.");
    }
}
