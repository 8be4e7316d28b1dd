namespace Aftercare.Ledger;

/// <summary>From which file a record came.</summary>
/// <param name="Import">The import that brought it.</param>
/// <param name="File">What its sender called the file.</param>
/// <param name="Sha256">Of the file, lowercase hex.</param>
/// <param name="Line">Where the record begins in it, from 1.</param>
public sealed record ImportedFrom(Guid Import, string File, string Sha256, int Line);

/// <summary>The record was brought by a file; it follows the entries that began it.</summary>
public interface IImported
{
    ImportedFrom From { get; }
}

/// <summary>The counter-entry: the record was taken back with the import that brought it. It stays readable and counts nowhere.</summary>
public interface ITakenBack
{
    Guid Import { get; }
    string Reason { get; }
}

/// <summary>A noun whose records may come by file.</summary>
public interface IImportable<TSelf> : IFold<TSelf> where TSelf : Subject, IImportable<TSelf>
{
    /// <summary>The two steps that every such noun has in its table, under the same names.</summary>
    const string Import = "import", TakeBack = "take-back";

    static abstract Event Imported(ImportedFrom from);

    static abstract Event TakenBack(Guid import, string reason);

    /// <summary>What stands in the way of taking this record back, or null.</summary>
    static abstract Refusal? BarsTakingBack(TSelf record, Actor by);
}
