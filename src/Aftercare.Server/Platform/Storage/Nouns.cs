using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Linq.Expressions;
using Aftercare.Advisories;
using Aftercare.Audits;
using Aftercare.Cases;
using Aftercare.Deliveries;
using Aftercare.Evidence;
using Aftercare.Imports;
using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.People;
using Aftercare.Policy;
using Aftercare.Products;
using Aftercare.Server.Advisories;
using Aftercare.Server.Audits;
using Aftercare.Server.Operations;
using Aftercare.Server.Cases;
using Aftercare.Reports;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Evidence;
using Aftercare.Server.Imports;
using Aftercare.Server.Mail;
using Aftercare.Server.Notices;
using Aftercare.Server.People;
using Aftercare.Server.Policy;
using Aftercare.Server.Products;
using Aftercare.Server.Reports;
using Aftercare.Server.Search;
using Aftercare.Server.SignOn;
using Aftercare.Server.Sites;
using Aftercare.Server.Statements;
using Aftercare.Server.Trust;
using Aftercare.Server.Updates;
using Aftercare.SignOn;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Aftercare.Server.Platform.Storage;

/// <summary>The nouns that this server keeps, each with its lifecycle and the views that follow from it.</summary>
public static class Nouns
{
    public static ImmutableArray<Noun> All { get; } =
    [
        Noun.Of<Organisation>(Organisation.Life.Steps, OrganisationRow.View),
        Noun.Of<Manufacturer>(Manufacturer.Life.Steps, ManufacturerRow.View),
        Noun.Of<Person>(Person.Life.Steps, PersonRow.View),
        Noun.Of<Token>(Token.Life.Steps, TokenRow.View),
        Noun.Of<Product>(Product.Life.Steps, ProductRow.View, Findable.Products),
        Noun.Of<Release>(Release.Life.Steps, ReleaseRow.View, Findable.Releases),
        Noun.Of<SoftwareItem>(SoftwareItem.Life.Steps, ItemRow.View, ItemClassRow.View, Findable.Items),
        Noun.Of<Site>(Site.Life.Steps, SiteRow.View, Findable.Sites),
        Noun.Of<Device>(Device.Life.Steps, DeviceRow.View, Findable.Devices),
        Noun.Of<Advisory>(Advisory.Life.Steps, AdvisoryRow.View, PublishedAdvisoryRow.View, Findable.Advisories),
        Noun.Of<PastAdvisory>(PastAdvisory.Life.Steps, PastAdvisoryRow.View, Findable.PastAdvisories),
        Noun.Of<DisclosurePolicy>(DisclosurePolicy.Life.Steps, PolicyRow.View),
        Noun.Of<Report>(Report.Life.Steps, ReportRow.View, ReportTextRow.View, Findable.Reports),
        Noun.Of<Case>(Case.Life.Steps, CaseRow.View, CaseReportRow.View, CaseVulnerabilityRow.View, CaseStatusRow.View, Findable.Cases),
        Noun.Of<Update>(Update.Life.Steps, UpdateRow.View, UpdateFileRow.View, UpdateFixRow.View, Findable.Updates),
        Noun.Of<Statement>(Statement.Life.Steps, StatementRow.View, Findable.Statements),
        Noun.Of<Repository>(Repository.Life.Steps, RepositoryRow.View),
        Noun.Of<Delivery>(Delivery.Life.Steps, DeliveryRow.View, DeliveryDeviceRow.View),
        Noun.Of<Notice>(Notice.Life.Steps, NoticeRow.View, NoticeDeviceRow.View),
        Noun.Of<LogGap>(LogGap.Life.Steps, LogGapRow.View),
        Noun.Of<IntakeChannel>(IntakeChannel.Life.Steps, IntakeChannelRow.View),
        Noun.Of<WatchedSource>(WatchedSource.Life.Steps, SourceRow.View, Findable.Sources),
        Noun.Of<MailSettings>(MailSettings.Life.Steps, MailSettingsRow.View),
        Noun.Of<SentMail>(SentMail.Life.Steps, SentMailRow.View),
        Noun.Of<SignOnSettings>(SignOnSettings.Life.Steps, SignOnSettingsRow.View),
        Noun.Of<Stranger>(Stranger.Life.Steps, StrangerRow.View),
        Noun.Of<Readiness>(Readiness.Life.Steps, ReadinessRow.View),
        Noun.Of<EvidencePack>(EvidencePack.Life.Steps, PackRow.View),
        Noun.Of<Import>(Import.Life.Steps, ImportRow.View),
        Noun.Of<Audit>(Audit.Life.Steps, AuditRow.View),
    ];

    private static readonly FrozenDictionary<string, Noun> ByName = All.ToFrozenDictionary(noun => noun.Name);

    private static readonly FrozenDictionary<string, Step> StepsByKind = All.SelectMany(noun => noun.Steps)
        .GroupBy(step => step.Kind).ToFrozenDictionary(steps => steps.Key, steps => steps.Aggregate(Widest));

    public static Noun Of(string kind) => ByName[kind[..kind.IndexOf('.', StringComparison.Ordinal)]];

    public static Noun Of<T>() where T : Subject, IFold<T> => ByName[T.Noun];

    /// <summary>The step that records this kind: who may, and whether it is signed.</summary>
    public static Step StepOf(string kind) => StepsByKind[kind];

    // Several steps may record one kind (e.g. from different stages): whoever may take one of them may record it.
    private static Step Widest(Step left, Step right) =>
        left with { Roles = [.. left.Roles.Union(right.Roles)], Signature = left.Signature ?? right.Signature };
}

public abstract class Noun(string name, ImmutableArray<Step> steps, ImmutableArray<View> views)
{
    public string Name { get; } = name;
    public ImmutableArray<Step> Steps { get; } = steps;

    /// <summary>The first view holds exactly one row a subject: seeing that row is seeing the subject.</summary>
    public ImmutableArray<View> Views { get; } = views;

    public abstract Subject Next(Subject? before, Entry entry);

    public Subject? Fold(IEnumerable<Entry> entries) => entries.Aggregate((Subject?)null, Next);

    public static Noun Of<T>(IEnumerable<Step> steps, params ImmutableArray<View> views) where T : Subject, IFold<T> => new Typed<T>([.. steps], views);

    private sealed class Typed<T>(ImmutableArray<Step> steps, ImmutableArray<View> views) : Noun(T.Noun, steps, views) where T : Subject, IFold<T>
    {
        public override Subject Next(Subject? before, Entry entry) => Aftercare.Ledger.Fold.Next((T?)before, entry);
    }
}

/// <summary>A read model: which rows follow from one subject, and who may see them.</summary>
public abstract class View
{
    public abstract Type Row { get; }

    public abstract void Model(ModelBuilder builder, ViewContext context);

    /// <summary>Replaces the subject's rows by those that follow from its state. Within the caller's transaction.</summary>
    public abstract Task Project(ViewContext views, Subject subject, bool fresh, CancellationToken stop);

    /// <summary>Every subject of this view with the version it shows.</summary>
    public abstract Task<List<(Guid Subject, int Version)>> Versions(ViewContext views, CancellationToken stop);

    public abstract Task<bool> Sees(ViewContext views, Guid subject, CancellationToken stop);

    /// <param name="table">The table's name, plural.</param>
    /// <param name="rows">Pure: the rows of one subject.</param>
    /// <param name="visible">Who may see a row; there is no default, because the default is nobody.</param>
    /// <param name="model">Indexes, where a list needs them.</param>
    public static View Of<T, TRow>(
        string table, Func<T, IEnumerable<TRow>> rows, Expression<Func<ViewContext, TRow, bool>> visible, Action<EntityTypeBuilder<TRow>>? model = null)
        where T : Subject where TRow : ViewRow => new Typed<T, TRow>(table, rows, visible, model);

    private sealed class Typed<T, TRow>(
        string table, Func<T, IEnumerable<TRow>> rows, Expression<Func<ViewContext, TRow, bool>> visible, Action<EntityTypeBuilder<TRow>>? model) : View
        where T : Subject where TRow : ViewRow
    {
        public override Type Row => typeof(TRow);

        public override void Model(ModelBuilder builder, ViewContext context) => builder.Entity<TRow>(entity =>
        {
            entity.ToTable(context.Generation.Table(table)).HasKey(row => new { row.Subject, row.Part });
            entity.HasQueryFilter(ViewContext.Filter, (Expression<Func<TRow, bool>>)context.ForRow(visible));
            entity.HasQueryFilter(ViewContext.Standing, (Expression<Func<TRow, bool>>)(row => !row.IsTakenBack));
            entity.HasQueryFilter(ViewContext.RoomFilter, (Expression<Func<TRow, bool>>)context.ForRow<TRow>((views, row) => !views.Hidden.Contains(row.Subject)));
            model?.Invoke(entity);
        });

        public override async Task Project(ViewContext views, Subject subject, bool fresh, CancellationToken stop)
        {
            if (!fresh)
                await views.Set<TRow>().IgnoreQueryFilters().Where(row => row.Subject == subject.Id).ExecuteDeleteAsync(stop);
            foreach (var row in rows((T)subject))
            {
                (row.Subject, row.Version) = (subject.Id, subject.Version);
                (row.Import, row.ImportLine, row.IsTakenBack) = (subject.ImportedFrom?.Import, subject.ImportedFrom?.Line, subject.IsTakenBack);
                views.Add(row);
            }
        }

        public override async Task<List<(Guid Subject, int Version)>> Versions(ViewContext views, CancellationToken stop) =>
            [.. (await views.Set<TRow>().IgnoreQueryFilters().Select(row => new { row.Subject, row.Version }).ToListAsync(stop)).Select(row => (row.Subject, row.Version))];

        public override Task<bool> Sees(ViewContext views, Guid subject, CancellationToken stop) =>
            views.Set<TRow>().AnyAsync(row => row.Subject == subject, stop);
    }
}
