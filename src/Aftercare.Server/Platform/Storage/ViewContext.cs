using System.Linq.Expressions;
using Aftercare.Server.Platform.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Aftercare.Server.Platform.Storage;

/// <summary>A row of a read model: a pure function of the fold of one subject. Rows meet only in queries.</summary>
public abstract class ViewRow
{
    public Guid Subject { get; set; }

    /// <summary>Which of the subject's rows; empty where a subject has only one.</summary>
    public string Part { get; set; } = "";

    /// <summary>The version of the subject that the row shows.</summary>
    public int Version { get; set; }

    /// <summary>The import that brought the subject; null: somebody entered it.</summary>
    public Guid? Import { get; set; }

    /// <summary>Where it begins in the file; null as <see cref="Import"/>.</summary>
    public int? ImportLine { get; set; }

    /// <summary>Taken back with its import: in no list, no choice, no audience, no check.</summary>
    public bool IsTakenBack { get; set; }
}

/// <summary>The read models of one generation, seen by one viewer. Made from the model, never migrated: a new shape is a new generation.</summary>
public sealed class ViewContext(DbContextOptions<ViewContext> options, Generation generation, Viewer viewer) : DbContext(options)
{
    public const string Filter = "viewer";

    /// <summary>The filter that hides what was taken back; who asks for the past of one import leaves it out by name.</summary>
    public const string Standing = "standing";

    /// <summary>The second filter on every table: see <see cref="Hidden"/>.</summary>
    public const string RoomFilter = "room";

    // Query filters read these; EF evaluates them anew for every context.
    public bool Desk { get; } = viewer.Desk;
    public List<Guid> Sites { get; } = [.. viewer.Sites];
    public Guid? Report { get; } = viewer.Report;
    public Guid? Person { get; } = viewer.Person;

    /// <summary>The desk itself, not an auditor who is shown it.</summary>
    public bool House { get; } = viewer.Desk && viewer.Room is null;

    /// <summary>Whether the viewer sees records of every product; otherwise only of <see cref="Products"/>.</summary>
    public bool EveryProduct { get; } = viewer.Room?.Products is null;
    public List<Guid> Products { get; } = [.. viewer.Room?.Products ?? []];

    /// <summary>What an auditor is not shown, whatever else he sees.</summary>
    public List<Guid> Hidden { get; } = [.. viewer.Room?.Hidden ?? []];

    internal Generation Generation { get; } = generation;

    protected override void OnModelCreating(ModelBuilder builder)
    {
        builder.HasDefaultSchema(Generation.Schema);
        foreach (var view in Nouns.All.SelectMany(noun => noun.Views))
            view.Model(builder, this);
    }

    /// <summary>A filter over (context, row) as EF wants it: the context as a constant, which EF replaces by the context at hand.</summary>
    internal LambdaExpression ForRow<TRow>(Expression<Func<ViewContext, TRow, bool>> filter) =>
        Expression.Lambda<Func<TRow, bool>>(new Replace(filter.Parameters[0], Expression.Constant(this)).Visit(filter.Body), filter.Parameters[1]);

    private sealed class Replace(ParameterExpression from, Expression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}

/// <summary>Which set of view tables: the live one, one being built beside it, or one built to a log size.</summary>
/// <param name="Schema">The PostgreSQL schema; null on SQLite, where a generation is a file.</param>
public sealed record Generation(string? Schema)
{
    /// <summary>Under this name the shape of the live views is noted.</summary>
    public const string LiveName = "live";

    /// <summary>SQLite has no schemas: there the views stand beside the record in one file and need names of their own.</summary>
    public string Table(string name) => Schema is null ? $"view_{name}" : name;
}

/// <summary>One model a schema: EF would otherwise reuse the first one it built.</summary>
public sealed class PerGeneration : IModelCacheKeyFactory
{
    public object Create(DbContext context, bool designTime) => ((context as ViewContext)?.Generation.Schema, context.GetType(), designTime);
}
