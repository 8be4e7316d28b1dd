using System.IO.Compression;
using System.Net;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Cases;

namespace Aftercare.SystemTests.Evidence;

/// <summary>A case with a report, and packs of it: taken over HTTP, checked by the command.</summary>
internal static class PackWorld
{
    /// <summary>A case that Sam opened from one report, with a decision that somebody signed.</summary>
    public static async Task<Guid> MakeCase(this World world, string title = "Commands can be replayed")
    {
        var report = await world.MakeReport(null);
        await using var store = world.Store(new Viewer
        {
            Actor = Actor.Person(Store.NewId(), Role.Analyst, Role.Safety),
            Name = "Sam Signer",
            ProvedAt = Instant.From(TimeProvider.System.GetUtcNow()),
        });
        var (id, number) = (Store.NewId(), await store.Number("C", TimeZoneInfo.Utc, default));
        _ = (await store.Record(new Done("/", id), default, Change.Begin(id,
            new CaseEvent.Opened(number, title, [report], [], Stated.Parse("2026-03-01", null)),
            new CaseEvent.SafetyJudged(new SafetyJudgement(false, "The therapy runs on.", []))))).Value;
        return id;
    }

    /// <summary>Posts the form of the chain's page and keeps the file that comes.</summary>
    public static Task<(HttpStatusCode Status, string File)> TakePack(this Visitor visitor, Guid @case, Page? page = null, params (string Name, string Value)[] more) =>
        visitor.TakePack($"/desk/chains/{@case:D}", page, more);

    /// <summary>The same on the page of the desk or of the audit room.</summary>
    public static async Task<(HttpStatusCode Status, string File)> TakePack(this Visitor visitor, string chain, Page? page = null, params (string Name, string Value)[] more)
    {
        page ??= await visitor.Get(chain);
        var form = page.Form($"{chain}/pack").Concat(more.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var content = new FormUrlEncodedContent(form);
        using var response = await visitor.Http.PostAsync(new Uri($"{chain}/pack", UriKind.Relative), content);
        var file = Path.Combine(Directory.CreateTempSubdirectory("aftercare-pack-").FullName, "pack.zip");
        await File.WriteAllBytesAsync(file, await response.Content.ReadAsByteArrayAsync());
        return (response.StatusCode, file);
    }

    /// <summary>What the public page says of the key that signs packs.</summary>
    public static async Task<string> Fingerprint(this World world)
    {
        using var anybody = world.Visitor();
        var page = (await anybody.Get("/keys")).Is(HttpStatusCode.OK);
        return System.Text.RegularExpressions.Regex.Match(page.Text, "--keys \"([0-9a-f ]+)\"").Groups[1].Value;
    }

    public static List<(string Name, byte[] Bytes)> Members(string file)
    {
        using var zip = ZipFile.OpenRead(file);
        return [.. zip.Entries.Select(entry => (entry.FullName, Bytes(entry)))];
    }

    /// <summary>The pack with its members passed through a change: what an attacker without the key can do.</summary>
    public static string Tampered(string file, Func<List<(string Name, byte[] Bytes)>, IEnumerable<(string Name, byte[] Bytes)>> change)
    {
        var made = Path.Combine(Path.GetDirectoryName(file)!, Path.GetRandomFileName() + ".zip");
        using var zip = ZipFile.Open(made, ZipArchiveMode.Create);
        foreach (var (name, bytes) in change(Members(file)))
        {
            using var target = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
            target.Write(bytes);
        }
        return made;
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var bytes = new MemoryStream();
        using var stream = entry.Open();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
