using System.Collections.Immutable;
using System.Globalization;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Reports;

namespace Aftercare.Server.Demo;

/// <summary>
/// What has happened at the demo's manufacturer until today, told through the same decisions that people take at the desk. Reads as a table of contents.
/// </summary>
internal sealed partial class DemoStory(DemoFirm firm, DemoKeys keys, CancellationToken stop)
{
    /// <summary>What the tour leads to, by the names that it has in the record: a Windows update, a case, a hospital's devices, a device that nobody finds.</summary>
    public const string NotApproved = "KB5062554";
    public const string Untold = "Factory password after a reset";
    public const string HospitalSerials = "P4-20";
    public const string Lost = "P4-31005";

    private readonly Guid _manufacturer = Store.NewId();
    private readonly Guid _pump = Store.NewId();
    private readonly Guid _monitor = Store.NewId();
    private readonly Guid _monitored = Store.NewId();
    private readonly Guid _old = Store.NewId();
    private readonly Guid _present = Store.NewId();
    private readonly Guid _next = Store.NewId();
    private readonly Guid _windows = Store.NewId();
    private readonly Guid _hospital = Store.NewId();
    private readonly Guid _clinic = Store.NewId();

    public async Task Tell()
    {
        Say("People, products and ways in");
        await TheFirmIsFounded();
        await firm.Hire(stop);
        await ProductsAreRegistered();
        await SitesHaveDevices();
        await ThePolicyIsPublished();
        await TheWaysInAreOpened();
        Say("Reports from seven sources, and two cases");
        var flaw = await TheDeskOpensACase(await AResearcherReports());
        await EverySourceIsHeard();
        await StatementsArePublished();
        Say("Keys of three people, by the aftercare command");
        await ThreePeopleMakeARootOfTrust();
        Say("An update, signed by two of them");
        var update = await AnUpdateIsSignedAndPublished(flaw);
        Say("An advisory, and the offer to the sites");
        await AnAdvisoryIsPublished(flaw);
        await TheSitesAreOfferedIt(update);
        Say("A clinic installs, declines and refuses");
        await TheClinicAnswers(update);
        Say("An audit");
        await AnAuditorIsLetIn();
    }

    private static void Say(string what) => Console.WriteLine($"  {what} …");

    /// <summary>A day so long ago, as somebody would state it.</summary>
    private static Stated Ago(int days) => Stated.Parse(TimeProvider.System.GetUtcNow().AddDays(-days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), null);

    private async Task<Guid> Report(Viewer by, Telling telling)
    {
        await using var store = firm.Open(by);
        var id = Store.NewId();
        var received = (await Reception.Receive(store, id, telling, stop)).Value;
        await Record(store, Change.Begin(id, received));
        return id;
    }

    /// <summary>One decision of somebody about one subject.</summary>
    private async Task On<T>(string title, Guid id, Func<T, Actor, Event> decide) where T : Subject, IFold<T>
    {
        await using var store = firm.As(title);
        var found = (await store.Find<T>(id, stop))!;
        await Record(store, Change.To(found, decide(found, store.Actor)));
    }

    private async Task Record(Store store, params ImmutableArray<Change> changes) => _ = (await store.Record(new Done("/", changes[0].Subject), stop, changes)).Value;

    private async Task<int> VersionOf<T>(Store store, Guid id) where T : Subject, IFold<T> => (await store.Find<T>(id, stop))!.Version;

    /// <summary>A machine's token for an hour, as the pipeline and the signers use it.</summary>
    private async Task<string> Token(string title, Role scope)
    {
        await using var store = firm.As(title);
        var (id, expires) = (Store.NewId(), store.Now.Plus(TimeSpan.FromHours(1)));
        var secret = await store.IssueSecret(SecretPurpose.Token, id, expires, stop, scope.ToString());
        await Record(store, Change.Begin(id, Aftercare.People.Token.Issue(store.Viewer.Person!.Value, $"Computer of the {title.ToLowerInvariant()}", [scope], expires, store.Now, store.Actor).Value));
        return secret;
    }
}
