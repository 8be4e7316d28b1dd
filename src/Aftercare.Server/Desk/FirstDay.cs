using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Policy;
using Aftercare.Products;
using Aftercare.Server.Mail;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Policy;
using Aftercare.Server.Products;
using Aftercare.Server.Trust;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Desk;

/// <summary>What has to stand before the first report arrives, read from what is on record: nobody ticks it off. A row more is a step more.</summary>
internal static class FirstDay
{
    internal sealed record Step(string Words, string Href, string Button, bool Done);

    public static async Task<ImmutableArray<Step>> Of(Store store, CancellationToken stop)
    {
        var channels = (await store.Rows<IntakeChannelRow>(stop)).Where(row => row.Stage == IntakeChannelStage.Open);
        return
        [
            new("A second person: no decision that matters is taken alone.", "/desk/people/invite", "Invite somebody", await (await store.Rows<PersonRow>(stop)).CountAsync(row => row.Standing == Standing.Active, stop) > 1),
            new("The mail server by which reporters, sites and people hear from you.", "/desk/mail", "Set up mail", await Mails.AreOn(store, stop)),
            new("The products that you answer for, with their releases.", "/desk/products", May(Product.Life, "register", "Register a product"), await (await store.Rows<ProductRow>(stop)).AnyAsync(stop)),
            new("A disclosure policy that everybody can read. A lead or quality drafts it, another of them approves it.", "/desk/policy", May(DisclosurePolicy.Life, "draft", "Draft a revision"),
                await (await store.Rows<PolicyRow>(stop)).AnyAsync(row => row.Stage == PolicyStage.Published, stop)),
            new("A way in for reports, tested from outside. A lead or quality opens it and names who watches it.", "/desk/channels", May(IntakeChannel.Life, "open", "Open a channel"),
                await channels.AnyAsync(row => row.TestedAt != null && !row.TestFailed, stop)),
            new("The root of trust, signed by people offline: without it no update can be published.", "/desk/trust", "Who may sign", await (await store.Rows<RepositoryRow>(stop)).AnyAsync(row => row.Root > 0, stop)),
        ];

        string May<TStage>(Lifecycle<TStage> life, string step, string button) where TStage : struct, Enum => life.Bars(step, null, null, store.Actor) is null ? button : "See how it stands";
    }
}
