using System.Text.Json.Nodes;
using Aftercare.Trust;
using Aftercare.Trust.Keys;
using Aftercare.Trust.Tuf;
using Xunit;

namespace Aftercare.Tests.Trust.Tuf;

/// <summary>The attacks of the TUF specification §1.5.2 and those that other clients fell to, each against a site that was well before.</summary>
public sealed class AttackTests : IDisposable
{
    private const string Package = "pump/4.2.1/pump.bin";
    private static readonly DateTimeOffset Now = LyingRepository.Now;
    private readonly LyingRepository _repository = new();
    private readonly TemporaryFolder _site = new();
    private readonly TemporaryFolder _downloads = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _repository.Dispose();
        _site.Dispose();
        _downloads.Dispose();
    }

    [Fact]
    public async Task A_rolled_back_timestamp_is_refused()
    {
        var old = _repository.Metadata["timestamp.json"];
        _repository.Release();
        await _repository.KnownTo(_site);
        _repository.Metadata["timestamp.json"] = old;

        await Refused<RollbackException>();
    }

    [Fact]
    public async Task A_new_timestamp_that_names_an_old_snapshot_is_refused()
    {
        _repository.Release();
        await _repository.KnownTo(_site);
        _repository.Timestamp(signed => signed["meta"]!["snapshot.json"] = new JsonObject { ["version"] = 1 });

        await Refused<RollbackException>();
    }

    [Fact]
    public async Task A_new_snapshot_that_names_old_targets_is_refused()
    {
        _repository.Release();
        await _repository.KnownTo(_site);
        _repository.Snapshot(signed => signed["meta"]!["targets.json"] = new JsonObject { ["version"] = 1 });
        _repository.Timestamp();

        await Refused<RollbackException>();
    }

    [Fact]
    public async Task A_new_snapshot_that_names_an_old_delegated_role_is_refused()
    {
        _repository.Delegate("targets", "pump", "pump/*/*");
        _repository.Release();
        _repository.Release();
        await _repository.KnownTo(_site);
        _repository.Snapshot(signed => signed["meta"]!["pump.json"] = new JsonObject { ["version"] = 1 });
        _repository.Timestamp();

        await Refused<RollbackException>();
    }

    [Fact]
    public async Task A_snapshot_that_forgets_a_role_is_refused()
    {
        _repository.Delegate("targets", "pump", "pump/*/*");
        _repository.Release();
        await _repository.KnownTo(_site);
        _repository.Snapshot(signed => signed["meta"]!.AsObject().Remove("pump.json"));
        _repository.Timestamp();

        await Refused<MissingMetadataException>();
    }

    [Fact]
    public async Task A_stored_snapshot_guards_against_rollback_even_when_it_has_expired()
    {
        _repository.Release();
        await _repository.KnownTo(_site);
        var later = Now.AddDays(60);
        _repository.Snapshot(signed =>
            (signed["meta"]!["targets.json"], signed["expires"]) = (new JsonObject { ["version"] = 1 }, LyingRepository.In(90)));
        _repository.Timestamp(signed => signed["expires"] = LyingRepository.In(90));

        await Assert.ThrowsAsync<RollbackException>(() => _repository.Client(_site.Path).RefreshAsync(later, Stop));
    }

    [Fact]
    public async Task A_frozen_timestamp_is_refused_once_it_has_expired()
    {
        await _repository.KnownTo(_site);

        await Assert.ThrowsAsync<ExpiredMetadataException>(() => _repository.Client(_site.Path).RefreshAsync(Now.AddDays(7), Stop));
        await _repository.Client(_site.Path).RefreshAsync(Now.AddDays(7).AddSeconds(-1), Stop);
    }

    [Theory, InlineData("root"), InlineData("timestamp"), InlineData("snapshot"), InlineData("targets"), InlineData("pump")]
    public async Task An_expired_role_is_refused(string expired)
    {
        await _repository.KnownTo(_site);
        _repository.Delegate("targets", "pump", "pump/*/*");
        Action<JsonObject>? Lie(string role) => role == expired ? signed => signed["expires"] = LyingRepository.In(0) : null;
        _repository.Root(Lie("root"));
        _repository.Targets("targets", Lie("targets"));
        _repository.Targets("pump", Lie("pump"));
        _repository.Snapshot(Lie("snapshot"));
        _repository.Timestamp(Lie("timestamp"));

        var refusal = await Refused<ExpiredMetadataException>(find: Package);

        Assert.Contains($"The {expired} metadata expired", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_root_on_the_way_is_no_obstacle()
    {
        await _repository.KnownTo(_site);
        _repository.Root(signed => signed["expires"] = LyingRepository.In(-100));
        _repository.Root();

        var client = _repository.Client(_site.Path);
        await client.RefreshAsync(Now, Stop);

        Assert.Equal(3, client.Root.Version);
    }

    [Fact]
    public async Task A_snapshot_of_another_moment_is_refused()
    {
        await _repository.KnownTo(_site);
        var old = _repository.Metadata["1.snapshot.json"];
        _repository.Release();
        _repository.Metadata["2.snapshot.json"] = old;

        await Refused<MetadataMismatchException>();
    }

    [Fact]
    public async Task Targets_of_another_moment_are_refused()
    {
        await _repository.KnownTo(_site);
        var old = _repository.Metadata["1.targets.json"];
        _repository.Release();
        _repository.Metadata["2.targets.json"] = old;

        await Refused<MetadataMismatchException>();
    }

    [Fact]
    public async Task Targets_of_another_version_are_refused_where_no_hash_is_listed()
    {
        await _repository.KnownTo(_site);
        var old = _repository.Metadata["1.targets.json"];
        _repository.Targets();
        _repository.Snapshot(signed => signed["meta"]!["targets.json"] = new JsonObject { ["version"] = 2 });
        _repository.Timestamp();
        _repository.Metadata["2.targets.json"] = old;

        await Refused<WrongVersionException>();
    }

    [Fact]
    public async Task A_snapshot_of_another_version_is_refused_where_no_hash_is_listed()
    {
        await _repository.KnownTo(_site);
        var old = _repository.Metadata["1.snapshot.json"];
        _repository.Snapshot();
        _repository.Timestamp(signed => signed["meta"]!["snapshot.json"] = new JsonObject { ["version"] = 2 });
        _repository.Metadata["2.snapshot.json"] = old;

        await Refused<WrongVersionException>();
    }

    [Fact]
    public async Task Fast_forward_is_recovered_from_after_root_rotation()
    {
        _repository.Versions["snapshot"] = 1_000_000;
        _repository.Versions["timestamp"] = 1_000_000;
        _repository.Release();
        await _repository.KnownTo(_site);
        (_repository.Versions["snapshot"], _repository.Versions["timestamp"]) = (1, 1);
        _repository.Release();
        await Refused<RollbackException>();

        _repository.Online = FileKey.Create(KeyAlgorithm.EcdsaP256, "server, new");
        _repository.OnlineTimestamp = FileKey.Create(KeyAlgorithm.EcdsaP256, "server, new timestamp");
        _repository.Root();
        _repository.Release();
        await _repository.Client(_site.Path).RefreshAsync(Now, Stop);

        Assert.Equal(_repository.Metadata["timestamp.json"], await File.ReadAllBytesAsync(_site["timestamp.json"], Stop));
    }

    [Fact]
    public async Task A_root_with_the_same_online_keys_does_not_open_the_way_back()
    {
        var old = _repository.Metadata["timestamp.json"];
        _repository.Release();
        await _repository.KnownTo(_site);
        _repository.Root();
        _repository.Metadata["timestamp.json"] = old;

        await Refused<RollbackException>();
    }

    [Theory, InlineData("timestamp.json"), InlineData("2.root.json")]
    public async Task Endless_metadata_is_cut_off(string file)
    {
        await _repository.KnownTo(_site);
        using var endless = new EndlessStream();
        var client = new TufClient(new TufClientOptions
        {
            MetadataFolder = _site.Path,
            FetchMetadata = async (path, offset, stop) => path == file ? new Fetched(endless, 0) : await _repository.FetchMetadata(path, offset, stop),
            FetchTarget = _repository.FetchTarget,
        });

        await Assert.ThrowsAsync<LimitExceededException>(() => client.RefreshAsync(Now, Stop));
        Assert.True(endless.Given < 1_000_000, $"{endless.Given} bytes were read");
    }

    [Fact]
    public async Task Listed_metadata_is_not_read_past_its_listed_length()
    {
        await _repository.KnownTo(_site);
        _repository.Release();
        _repository.Metadata["2.snapshot.json"] = [.. _repository.Metadata["2.snapshot.json"], (byte)' '];

        await Refused<MetadataMismatchException>();
    }

    [Fact]
    public async Task An_endless_package_is_cut_off_at_its_signed_length()
    {
        _repository.Add(Package, new byte[300_000]);
        _repository.Release();
        var client = await _repository.KnownTo(_site);
        var target = await client.FindTargetAsync(Package, Stop);
        using var endless = new EndlessStream();
        var robbed = new TufClient(new TufClientOptions
        {
            MetadataFolder = _site.Path,
            FetchMetadata = _repository.FetchMetadata,
            FetchTarget = (_, _, _) => Task.FromResult<Fetched?>(new(endless, 0)),
        });
        await robbed.RefreshAsync(Now, Stop);

        await Assert.ThrowsAsync<TargetMismatchException>(() => robbed.DownloadAsync(target!, _downloads.Path, stop: Stop));
        Assert.True(endless.Given < 1_000_000, $"{endless.Given} bytes were read");
        Assert.False(File.Exists(_downloads[Package]));
    }

    [Fact]
    public async Task A_chain_of_roots_without_end_is_cut_off()
    {
        await _repository.KnownTo(_site);
        for (var i = 0; i < 5; i++)
            _repository.Root();

        var limits = new TufLimits { RootRotations = 4 };

        await Assert.ThrowsAsync<LimitExceededException>(() => _repository.Client(_site.Path, limits).RefreshAsync(Now, Stop));
        await _repository.Client(_site.Path, limits).RefreshAsync(Now, Stop);
    }

    [Fact]
    public async Task A_stalled_repository_is_given_up()
    {
        await _repository.KnownTo(_site);
        var client = new TufClient(new TufClientOptions
        {
            MetadataFolder = _site.Path,
            FetchMetadata = async (_, _, stop) => { await Task.Delay(Timeout.Infinite, stop); return null; },
            FetchTarget = _repository.FetchTarget,
            Limits = new TufLimits { MetadataTime = TimeSpan.FromMilliseconds(100) },
        });

        await Assert.ThrowsAsync<IOException>(() => client.RefreshAsync(Now, Stop));
    }

    [Fact]
    public async Task A_key_of_an_unknown_kind_does_not_count()
    {
        await _repository.KnownTo(_site);
        _repository.Root(signed => signed["keys"]![_repository.OnlineTimestamp.PublicKey.KeyId]!["scheme"] = "post-quantum-9000");

        await Refused<ThresholdNotMetException>();
    }

    [Fact]
    public async Task A_signature_by_a_key_of_another_role_does_not_count()
    {
        await _repository.KnownTo(_site);
        _repository.Timestamp(signers: [_repository.Online, .. _repository.People]);

        await Refused<ThresholdNotMetException>();
    }

    [Fact]
    public async Task One_signature_of_two_is_not_enough()
    {
        await _repository.KnownTo(_site);
        _repository.Targets(signers: [_repository.People[0]]);
        _repository.Snapshot();
        _repository.Timestamp();

        await Refused<ThresholdNotMetException>();
    }

    [Fact]
    public async Task The_same_signature_twice_is_refused()
    {
        await _repository.KnownTo(_site);
        _repository.Targets(signers: [_repository.People[0], _repository.People[0]]);
        _repository.Snapshot();
        _repository.Timestamp();

        await Refused<MalformedMetadataException>();
    }

    [Fact]
    public async Task One_key_under_two_ids_counts_once()
    {
        var anna = _repository.People[0];
        await _repository.KnownTo(_site);
        _repository.Root(signed =>
        {
            var alias = anna.PublicKey.ToJson();
            alias.Remove("x-custodian");
            signed["keys"]!["another-id"] = alias;
            signed["roles"]!["targets"] = new JsonObject { ["keyids"] = new JsonArray(anna.PublicKey.KeyId, "another-id"), ["threshold"] = 2 };
        });
        var signed = JsonNode.Parse(_repository.Targets(signers: [anna]))!;
        var copy = signed["signatures"]![0]!.DeepClone();
        copy["keyid"] = "another-id";
        signed["signatures"]!.AsArray().Add(copy);
        _repository.Metadata[_repository.Named("targets")] = LyingRepository.Bytes(signed.ToJsonString());
        _repository.Snapshot();
        _repository.Timestamp();

        await Refused<ThresholdNotMetException>();
    }

    [Fact]
    public async Task One_persons_two_signatures_count_once()
    {
        using var second = FileKey.Create(KeyAlgorithm.EcdsaP256, " anna ");
        await _repository.KnownTo(_site);
        _repository.Delegate("targets", "pump", "pump/*/*", keys: [_repository.People[0], second, _repository.People[1]]);
        _repository.Targets();
        _repository.Targets("pump", signers: [_repository.People[0], second]);
        _repository.Snapshot();
        _repository.Timestamp();

        await Refused<ThresholdNotMetException>(find: Package);
    }

    [Fact]
    public async Task A_root_that_the_old_keys_did_not_sign_is_refused()
    {
        await _repository.KnownTo(_site);
        using var usurper = new LyingRepository();
        _repository.Metadata["2.root.json"] = usurper.Root();

        await Refused<ThresholdNotMetException>();
        Assert.Equal(_repository.FirstRoot, await File.ReadAllBytesAsync(_site["root.json"], Stop));
    }

    [Fact]
    public async Task A_root_that_the_new_keys_did_not_sign_is_refused()
    {
        await _repository.KnownTo(_site);
        FileKey[] next = [.. new[] { "Dan", "Eve", "Fay" }.Select(name => FileKey.Create(KeyAlgorithm.EcdsaP256, name))];
        _repository.Root(signed =>
        {
            foreach (var key in next)
                signed["keys"]![key.PublicKey.KeyId] = key.PublicKey.ToJson();
            signed["roles"]!["root"] = LyingRepository.Role(2, next);
        });

        await Refused<ThresholdNotMetException>();
    }

    [Fact]
    public async Task A_root_signed_by_old_and_new_keys_is_taken()
    {
        await _repository.KnownTo(_site);
        FileKey[] next =
        [
            FileKey.Create(KeyAlgorithm.EcdsaP256, "Dan"), FileKey.Create(KeyAlgorithm.Ed25519, "Eve"), FileKey.Create(KeyAlgorithm.EcdsaP384, "Fay"),
        ];
        _repository.Root(
            signed =>
            {
                foreach (var key in next)
                    signed["keys"]![key.PublicKey.KeyId] = key.PublicKey.ToJson();
                signed["roles"]!["root"] = LyingRepository.Role(2, next);
            },
            [.. _repository.People[..2], .. next[1..]]);

        var client = _repository.Client(_site.Path);
        await client.RefreshAsync(Now, Stop);

        Assert.Equal(2, client.Root.Version);
        Assert.Equal(_repository.Metadata["2.root.json"], await File.ReadAllBytesAsync(_site["root.json"], Stop));
    }

    [Fact]
    public async Task A_root_that_skips_a_version_is_refused()
    {
        await _repository.KnownTo(_site);
        _repository.Versions["root"] = 2;
        _repository.Metadata["2.root.json"] = _repository.Root();

        await Refused<WrongVersionException>();
    }

    [Fact]
    public async Task An_old_root_under_a_new_name_is_refused()
    {
        await _repository.KnownTo(_site);
        _repository.Metadata["2.root.json"] = _repository.FirstRoot;

        await Refused<WrongVersionException>();
    }

    [Fact]
    public async Task Metadata_of_another_kind_is_refused()
    {
        await _repository.KnownTo(_site);
        _repository.Metadata["timestamp.json"] = _repository.Metadata["1.snapshot.json"];

        await Refused<MalformedMetadataException>();
    }

    [Fact]
    public async Task A_specification_of_another_major_version_is_refused()
    {
        await _repository.KnownTo(_site);
        _repository.Timestamp(signed => signed["spec_version"] = "2.0.0");

        await Refused<MalformedMetadataException>();
    }

    [Theory]
    [InlineData("../../evil.bin"), InlineData("/etc/evil.bin"), InlineData("pump/../../evil.bin"), InlineData(@"pump\..\..\evil.bin")]
    [InlineData("C:evil.bin"), InlineData("pump/4/evil.bin:stream"), InlineData("pump/4/NUL"), InlineData("pump/com1.txt/x"), InlineData("pump/4/evil.bin.")]
    [InlineData("pump//evil.bin"), InlineData("pump/4/ev\nil.bin"), InlineData("pump/./evil.bin")]
    public async Task A_target_name_cannot_lead_outside_its_folder(string path)
    {
        _repository.Add(path, LyingRepository.Bytes("evil"));
        _repository.Release();
        var client = await _repository.KnownTo(_site);
        var target = await client.FindTargetAsync(path, Stop);

        await Assert.ThrowsAsync<UnsafeNameException>(() => client.DownloadAsync(target!, _downloads["inner"], stop: Stop));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_downloads.Path));
    }

    [Theory, InlineData("../../evil"), InlineData("/evil"), InlineData("a/b"), InlineData("?"), InlineData("#"), InlineData(".."), InlineData(@"..\evil")]
    public async Task A_role_name_cannot_lead_outside_its_folder(string role)
    {
        _repository.Delegate("targets", role, "pump/*/*");
        _repository.Add(Package, LyingRepository.Bytes("pump"), role);
        _repository.Release();
        var client = await _repository.KnownTo(_site);

        Assert.NotNull(await client.FindTargetAsync(Package, Stop));
        Assert.Equal(
            new[] { ".lock", Uri.EscapeDataString(role) + ".json", "root.json", "snapshot.json", "targets.json", "timestamp.json" }.ToHashSet(),
            Directory.EnumerateFileSystemEntries(_site.Path).Select(entry => Path.GetFileName(entry)!).ToHashSet());
    }

    [Theory, InlineData("root"), InlineData("Root"), InlineData("TIMESTAMP"), InlineData("")]
    public async Task A_delegated_role_cannot_take_the_place_of_a_top_level_one(string role)
    {
        await _repository.KnownTo(_site);
        _repository.Targets(lie: signed => signed["delegations"] = new JsonObject
        {
            ["keys"] = new JsonObject(),
            ["roles"] = new JsonArray(new JsonObject
            {
                ["name"] = role,
                ["keyids"] = new JsonArray(),
                ["threshold"] = 1,
                ["terminating"] = true,
                ["paths"] = new JsonArray("*"),
            }),
        });
        _repository.Snapshot();
        _repository.Timestamp();

        await Refused<MalformedMetadataException>();
    }

    [Fact]
    public async Task A_tampered_target_byte_is_refused_and_leaves_no_file()
    {
        _repository.Add(Package, new byte[1_000]);
        _repository.Release();
        var client = await _repository.KnownTo(_site);
        var target = (await client.FindTargetAsync(Package, Stop))!;
        _repository.Files.Single().Value[500] = 1;

        await Assert.ThrowsAsync<TargetMismatchException>(() => client.DownloadAsync(target, _downloads.Path, stop: Stop));
        Assert.False(File.Exists(_downloads[Package]));
    }

    [Fact]
    public async Task A_tampered_file_on_a_memory_stick_is_refused()
    {
        _repository.Add(Package, LyingRepository.Bytes("pump"));
        _repository.Release();
        var client = await _repository.KnownTo(_site);
        var target = (await client.FindTargetAsync(Package, Stop))!;
        await File.WriteAllTextAsync(_downloads["good"], "pump", Stop);
        await File.WriteAllTextAsync(_downloads["bad"], "pomp", Stop);

        await VerifiedTarget.OfFileAsync(target, _downloads["good"], Stop);
        await Assert.ThrowsAsync<TargetMismatchException>(() => VerifiedTarget.OfFileAsync(target, _downloads["bad"], Stop));
    }

    [Fact]
    public async Task A_target_signed_without_a_hash_is_refused()
    {
        await _repository.KnownTo(_site);
        _repository.Add(Package, LyingRepository.Bytes("pump"), lie: info => info["hashes"] = new JsonObject { ["md5"] = "00" });
        _repository.Release();

        await Refused<MalformedMetadataException>();
    }

    private async Task<T> Refused<T>(string? find = null) where T : UntrustedException
    {
        var client = _repository.Client(_site.Path);
        return await Assert.ThrowsAsync<T>(async () =>
        {
            await client.RefreshAsync(Now, Stop);
            if (find is not null)
                await client.FindTargetAsync(find, Stop);
        });
    }

    private sealed class EndlessStream : Stream
    {
        internal long Given { get; private set; }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Given += count;
            return count;
        }

        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
