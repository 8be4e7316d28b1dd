using System.Linq.Expressions;
using Aftercare.Ledger;

namespace Aftercare.Server.Platform.Storage;

/// <summary>
/// What a subject is found by. Most subjects have one row; one that says more to the desk than to everybody has a second for everybody, with the words that
/// are public.
/// </summary>
public sealed class SearchRow : ViewRow
{
    private const char Between = '\n';

    /// <value>20,000 characters of a text.</value>
    private const int MaxText = 20_000;

    // Whoever sees the subject by its own view sees it here; what a row says beyond that view stands in a row for fewer.
    private static readonly Expression<Func<ViewContext, SearchRow, bool>> Visible =
        (views, row) => views.Desk || row.ForAll || (row.Site != null && views.Sites.Contains(row.Site.Value));

    /// <summary>The subject's noun.</summary>
    public string Noun { get; set; } = "";

    /// <summary>Where the noun stands among equals: few and telling ones first, devices last.</summary>
    public int Order { get; set; }

    /// <summary>The number that people say; empty where there is none.</summary>
    public string Number { get; set; } = "";
    public string Title { get; set; } = "";

    /// <summary>Where it stands, in words; empty where that says nothing.</summary>
    public string State { get; set; } = "";

    /// <summary>What a snippet is cut from.</summary>
    public string Text { get; set; } = "";

    /// <summary>Numbers, serials and CVE ids in capitals, a line break before and after each.</summary>
    public string Keys { get; set; } = "";

    /// <summary>The words of keys and title, see <see cref="SearchQuery.Fold"/>.</summary>
    public string Head { get; set; } = "";

    /// <summary>The words of the text.</summary>
    public string Body { get; set; } = "";

    /// <summary>The desk finds it; false for the public half of what the desk has a row of its own for.</summary>
    public bool ForDesk { get; set; }
    public bool ForAll { get; set; }

    /// <summary>The site whose operators see it too.</summary>
    public Guid? Site { get; set; }

    /// <summary>What is looked for is among the keys, to the letter.</summary>
    internal static string KeyOf(SearchQuery asked) => Between + asked.Exact + Between;

    internal static SearchRow Of(string number, string title, IEnumerable<string?> keys, params IEnumerable<string?> text)
    {
        var known = keys.Prepend(number).Where(key => !string.IsNullOrWhiteSpace(key)).Select(key => key!.Trim()).Distinct().ToList();
        var body = string.Join('\n', text.Where(part => !string.IsNullOrWhiteSpace(part))).CutTo(MaxText);
        return new SearchRow
        {
            Number = number,
            Title = title,
            Text = body,
            Keys = known.Count == 0 ? "" : Between + string.Join(Between, known).ToUpperInvariant() + Between,
            Head = SearchQuery.Fold(string.Join(Between, known.Append(title))),
            Body = SearchQuery.Fold(body),
            ForDesk = true,
        };
    }

    /// <param name="order">See <see cref="Order"/>.</param>
    /// <param name="rows">Pure; the parts must differ.</param>
    internal static View View<T>(int order, Func<T, IEnumerable<SearchRow>> rows) where T : Subject, IFold<T> => Storage.View.Of<T, SearchRow>(
        SearchIndex.Table,
        subject => rows(subject).Select(row =>
        {
            (row.Noun, row.Order) = (T.Noun, order);
            return row;
        }),
        Visible);
}
