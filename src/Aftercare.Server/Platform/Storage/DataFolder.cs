namespace Aftercare.Server.Platform.Storage;

/// <summary>Where an installation keeps its files. Everything in it belongs to a backup but <see cref="AsOf"/>; <see cref="Keys"/> belongs to another one.</summary>
public sealed record DataFolder(string Root)
{
    public string Database => Path.Combine(Root, "aftercare.db");

    /// <summary>Only in a backup of an installation on PostgreSQL: its record, a file a table.</summary>
    public string Tables => Path.Combine(Root, "tables");

    /// <summary>Key-encryption keys and the server's online signing keys: 0700, outside the database.</summary>
    public string Keys => Path.Combine(Root, "keys");

    public string Blobs => Path.Combine(Root, "blobs");

    /// <summary>Plain files for anybody: CSAF, TUF, log tiles. Any web server or CDN can carry them.</summary>
    public string Public => Path.Combine(Root, "public");

    public string Log => Path.Combine(Public, "log");

    /// <summary>The update repository (TUF): signed metadata for anybody.</summary>
    public string Repository => Path.Combine(Public, "tuf");

    /// <summary>Packages of updates, plain, by SHA-256; served to whoever may have them.</summary>
    public string Packages => Path.Combine(Root, "packages");

    public string AsOf => Path.Combine(Root, "as-of");

    /// <summary>Unfinished uploads.</summary>
    public string Uploads => Path.Combine(Root, "uploads");
}
