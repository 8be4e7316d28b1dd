using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Advisories;
using Aftercare.Cases;
using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Advisories;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Trust;
using Aftercare.Trust.Dsse;
using Aftercare.Trust.Packs;
using Aftercare.Trust.Tuf;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Evidence;

/// <param name="Originals">With the sealed originals and texts of the reports.</param>
/// <param name="Checkpoint">Covers every entry of the chain.</param>
internal sealed record PackRequest(Case Case, bool Originals, CheckpointRecord Checkpoint, string Organisation);

/// <summary>Writes evidence packs, subject by subject: a pack may be larger than memory.</summary>
internal sealed class Packer(LogWitness witness, OnlineKeys keys, RepositoryKeeper repository, Installation installation, IServiceProvider services, ILoggerFactory logs)
{
    private const string JsonType = "application/json";
    private const string TextType = "text/plain";

    // A signer is not for several threads.
    private readonly Lock _signing = new();

    public LogWitness Witness { get; } = witness;

    public async Task Write(Stream target, Store store, PackRequest pack, CancellationToken stop)
    {
        var purpose = $"Evidence of case {pack.Case.Number} of {pack.Organisation}, made for the role {Words.Of(EvidencePack.Life.Steps[0].Roles.First(store.Actor.Has))}";
        using var writer = new PackWriter(target, purpose, store.Now.Utc, Witness.Open(pack.Checkpoint));
        await writer.AddAsync("README.txt", TextType, Encoding.UTF8.GetBytes(Readme(pack)), stop: stop);
        await writer.AddAsync("chain.html", "text/html", await Page(store, pack.Case, purpose, stop), stop: stop);
        await AddSubjects(writer, store, pack, stop);
        if (pack.Originals)
            await AddOriginals(writer, store, pack.Case, stop);
        await AddAdvisories(writer, store, pack.Case, stop);
        await AddRepository(writer, stop);
        await AddKeys(writer, pack.Checkpoint, stop);
        await writer.FinishAsync((bytes, manifest) => Sign(store, pack, bytes, manifest, stop), stop);
    }

    private async Task<byte[]> Sign(Store store, PackRequest pack, byte[] bytes, PackManifest manifest, CancellationToken stop)
    {
        var made = new PackEvent.Made(
            pack.Case.Id, Convert.ToHexStringLower(SHA256.HashData(bytes)), pack.Checkpoint.Size, pack.Checkpoint.Note, manifest.Members.Length, pack.Originals);
        var id = Store.NewId();
        var happened = EvidencePack.Make(made, store.Actor).Value;
        _ = (await store.Record(new Done($"/desk/chains/{pack.Case.Id:D}", id), stop, Change.Begin(id, happened))).Value;
        lock (_signing)
            return DsseEnvelope.Sign(PackManifest.PayloadType, bytes, keys.Statements).ToBytes();
    }

    private async Task AddSubjects(PackWriter writer, Store store, PackRequest pack, CancellationToken stop)
    {
        var prove = Witness.ProofsFor(pack.Checkpoint);
        var seals = new SortedDictionary<long, string>();
        foreach (var (_, _, subjects) in await Chains.Subjects(store, pack.Case, stop))
            foreach (var subject in subjects)
            {
                var noun = Chains.NounOf(subject);
                // What was recorded while the pack is being written stays out of it.
                var entries = (await store.Logged(noun, subject.Id, stop)).TakeWhile(one => one.Index < pack.Checkpoint.Size).ToList();
                foreach (var (entry, index) in entries)
                {
                    await writer.AddEntryAsync(entry.Bytes.ToArray(), prove(index!.Value), stop);
                    if (await store.FirstCheckpointOver(index.Value, pack.Checkpoint.Generation, stop) is { } seal)
                        seals[seal.Size] = seal.Note;
                }
                await writer.AddAsync($"subjects/{subject.Noun}-{subject.Id:D}.json", JsonType, Told(noun, subject, entries), stop: stop);
            }
        foreach (var (size, note) in seals)
            await writer.AddAsync(string.Create(CultureInfo.InvariantCulture, $"checkpoints/{size}.note"), TextType, Encoding.UTF8.GetBytes(note), stop: stop);
    }

    /// <summary>The state that follows from the entries, and the entries themselves with their places in the log.</summary>
    private static byte[] Told(Noun noun, ChainSubject subject, List<LoggedEntry> entries)
    {
        var state = noun.Fold(entries.Select(one => one.Entry))!;
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["noun"] = subject.Noun,
            ["id"] = subject.Id.ToString("D"),
            ["label"] = subject.Label,
            ["version"] = state.Version,
            ["state"] = JsonSerializer.SerializeToNode(state, state.GetType(), Entry.BodyJson),
            ["entries"] = new JsonArray([.. entries.Select(one => (JsonNode)new JsonObject { ["index"] = one.Index, ["entry"] = JsonNode.Parse(one.Entry.Bytes.Span) })]),
        });
    }

    private static async Task AddOriginals(PackWriter writer, Store store, Case @case, CancellationToken stop)
    {
        foreach (var id in @case.Reports)
        {
            if (await store.Find<Report>(id, stop) is not { } report)
                continue;
            var folder = $"originals/{report.Number}";
            var index = new JsonArray();
            foreach (var (blob, order) in (await store.BlobsOf(id, stop)).Select((blob, order) => (blob, order)))
            {
                await using var plain = store.Open(blob);
                // What its sender called a file is told in the index and is never a path.
                var member = string.Create(CultureInfo.InvariantCulture, $"{folder}/{order + 1:D3}.original");
                index.Add(new JsonObject
                {
                    ["member"] = plain is null ? null : member,
                    ["id"] = blob.Id.ToString("D"),
                    ["name"] = blob.Name,
                    ["mediaType"] = blob.MediaType,
                    ["sha256"] = Convert.ToHexStringLower(blob.Sha256),
                    ["length"] = blob.Length,
                    ["erased"] = plain is null,
                });
                if (plain is not null)
                    await writer.AddAsync(member, "application/octet-stream", plain, stop: stop);
            }
            await writer.AddAsync($"{folder}/index.json", JsonType, JsonSerializer.SerializeToUtf8Bytes(index), stop: stop);
            await writer.AddAsync($"{folder}/texts.json", JsonType, JsonSerializer.SerializeToUtf8Bytes(await store.TextsOf(id, stop)), stop: stop);
        }
    }

    /// <summary>The CSAF document of every published revision, byte for byte.</summary>
    private static async Task AddAdvisories(PackWriter writer, Store store, Case @case, CancellationToken stop)
    {
        foreach (var id in await (await store.Rows<AdvisoryRow>(stop)).Where(row => row.Case == @case.Id).Select(row => row.Subject).ToListAsync(stop))
        {
            var advisory = (await store.Find<Advisory>(id, stop))!;
            var documents = (await store.BlobsOf(id, stop)).ToDictionary(blob => blob.Id);
            foreach (var revision in advisory.Published)
            {
                if (!documents.TryGetValue(revision.Document, out var blob) || store.Open(blob) is not { } document)
                    continue;
                await using (document)
                    await writer.AddAsync(string.Create(CultureInfo.InvariantCulture, $"csaf/{advisory.Number}.revision-{revision.Number}.json"), JsonType, document, stop: stop);
            }
        }
    }

    /// <summary>The chain of roots and what is in force now: enough to check the signatures of the packages.</summary>
    private async Task AddRepository(PackWriter writer, CancellationToken stop)
    {
        if ((await repository.Look(stop)).Refused(out _, out var look) || look.Published is not { } published)
            return;
        var files = new TufStore(installation.Data.Repository);
        for (var version = 1L; version <= published.Root.Role.Version; version++)
            if (string.Create(CultureInfo.InvariantCulture, $"{version}.root.json") is var name && File.Exists(Path.Combine(files.MetadataFolder, name)))
                await writer.AddAsync($"tuf/{name}", JsonType, await File.ReadAllBytesAsync(Path.Combine(files.MetadataFolder, name), stop), stop: stop);
        if (published.Timestamp is { } timestamp)
            await writer.AddAsync("tuf/timestamp.json", JsonType, timestamp.Bytes.ToArray(), stop: stop);
        if (published.Snapshot is { } snapshot)
            await Add("snapshot", snapshot.Role.Version, snapshot.Bytes);
        if (published.Targets is { } targets)
            await Add("targets", targets.Role.Version, targets.Bytes);
        foreach (var (line, role) in published.Lines)
            await Add(line, role.Role.Version, role.Bytes);

        Task Add(string role, long version, ReadOnlyMemory<byte> bytes) =>
            writer.AddAsync(string.Create(CultureInfo.InvariantCulture, $"tuf/{version}.{role}.json"), JsonType, bytes.ToArray(), stop: stop);
    }

    private async Task AddKeys(PackWriter writer, CheckpointRecord checkpoint, CancellationToken stop)
    {
        await writer.AddAsync("keys/statements.pub", JsonType, Encoding.UTF8.GetBytes(keys.Statements.PublicKey.ToJson().ToJsonString()), stop: stop);
        await writer.AddAsync("keys/log.vkey", TextType, Encoding.UTF8.GetBytes(Witness.Key(checkpoint.Generation) + "\n"), stop: stop);
    }

    private async Task<byte[]> Page(Store store, Case @case, string purpose, CancellationToken stop)
    {
        // A pack leaves the house: of people it tells what they signed as, nothing more.
        var chain = (await Chains.Find(store, @case.Id, names: false, stop))!;
        await using var renderer = new HtmlRenderer(services, logs);
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<PackDocument>(
            ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(PackDocument.Chain)] = chain, [nameof(PackDocument.Purpose)] = purpose }))).ToHtmlString());
        return Encoding.UTF8.GetBytes(html);
    }

    private string Readme(PackRequest pack) => $"""
        Evidence of case {pack.Case.Number} of {pack.Organisation}

        manifest.dsse.json  names every other file with its SHA-256; signed by the server's key for statements
        chain.html          the way of the case on one page, for reading
        subjects/           every record of the chain: its state, and its entries in order
        ledger/             the exact bytes of each entry, and the proof that it stands in the log (C2SP tlog-proof)
        checkpoints/        the log's first signed word that covers each entry (C2SP tlog-checkpoint)
        csaf/               every published revision of the advisory
        tuf/                the public metadata that vouches for the packages of updates
        keys/               the public keys; a key that comes with what it signed proves nothing by itself
        originals/          only if it was asked for: what reporters sent, as it came in. Open with care.

        To check it without a network:
          aftercare audit verify PACK.zip --keys "{keys.Statements.PublicKey.Fingerprint}"
        Compare that fingerprint with the manufacturer's page /keys, and not with this file.

        """.ReplaceLineEndings("\n");
}
