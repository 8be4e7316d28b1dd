using Aftercare.Trust;
using Aftercare.Trust.Keys;
using Aftercare.Trust.Tuf;
using Xunit;

namespace Aftercare.Tests.Trust.Tuf;

public sealed class TufRepositoryTests : IDisposable
{
    private static readonly DateTimeOffset Now = SomeRepository.Now;
    private static readonly byte[] Package = LyingRepository.Bytes("pump firmware 4.2.1");
    private readonly SomeRepository _made = new();
    private readonly TemporaryFolder _site = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _made.Dispose();
        _site.Dispose();
    }

    [Fact]
    public async Task A_release_signed_by_two_reaches_a_site()
    {
        await _made.Released(Package);

        var verified = await Download(SomeRepository.Package);

        Assert.Equal(Package, await File.ReadAllBytesAsync(verified.Path, Stop));
    }

    [Fact]
    public void A_root_with_a_threshold_of_one_is_refused() =>
        Refused(_made.Plan with { Root = new Quorum(1, SomeRepository.Public(_made.People)) }, "at least 2 signatures of at least 3 people");

    [Fact]
    public void A_root_with_two_people_is_refused() =>
        Refused(_made.Plan with { Targets = new Quorum(2, SomeRepository.Public(_made.People[..2])) }, "at least 2 signatures of at least 3 people");

    [Fact]
    public void A_threshold_above_the_number_of_people_is_refused() =>
        Refused(_made.Plan with { Root = new Quorum(4, SomeRepository.Public(_made.People)) }, "not 4 of 3");

    [Fact]
    public void A_key_in_the_old_spelling_is_verified_but_never_named()
    {
        using var point = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var old = new PublicKey("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", point.ExportSubjectPublicKeyInfoPem()) { Custodian = "Dan" };

        Refused(_made.Plan with { Root = new Quorum(2, [.. SomeRepository.Public(_made.People), old]) }, "cannot be used here");
    }

    [Fact]
    public void A_person_with_two_keys_is_refused()
    {
        using var second = FileKey.Create(KeyAlgorithm.Ed25519, "anna");

        Refused(_made.Plan with { Root = new Quorum(2, SomeRepository.Public([.. _made.People, second])) }, "more than once");
    }

    [Fact]
    public void A_person_with_one_key_in_root_and_another_in_targets_is_refused()
    {
        using var second = FileKey.Create(KeyAlgorithm.EcdsaP256, "Anna");

        Refused(_made.Plan with { Targets = new Quorum(2, SomeRepository.Public([second, .. _made.People[1..]])) }, "more than once");
    }

    [Fact]
    public void A_key_for_two_people_is_refused()
    {
        var shared = _made.People[0].PublicKey with { Custodian = "Dan" };

        Refused(_made.Plan with { Root = new Quorum(2, [.. SomeRepository.Public(_made.People), shared]) }, "one key for Anna and Dan");
    }

    [Fact]
    public void A_key_without_a_person_is_refused()
    {
        var nobodys = new PublicKey("ed25519", "ed25519", new string('a', 64));

        Refused(_made.Plan with { Root = new Quorum(2, [.. SomeRepository.Public(_made.People[..2]), nobodys]) }, "names no custodian");
    }

    [Fact]
    public void A_persons_key_online_is_refused() =>
        Refused(_made.Plan with { Timestamp = _made.People[2].PublicKey }, "A server never holds");

    [Fact]
    public void A_test_key_brands_the_root()
    {
        using var test = FileKey.Create(KeyAlgorithm.EcdsaP256, "Chloe", test: true);

        var people = new Quorum(2, SomeRepository.Public([.. _made.People[..2], test]));

        var draft = TufRepository.DraftFirstRoot(_made.Plan with { Root = people, Targets = people });

        Assert.True(draft.Content.GetProperty("x-aftercare-test").GetBoolean());
        Assert.Throws<TestRootException>(() => new TrustedMetadataSet(_made.SignedByTwo(draft).ToMetadata(), Now));
    }

    [Fact]
    public void A_draft_travels_from_signer_to_signer()
    {
        var office = TufRepository.DraftFirstRoot(_made.Plan);
        var annas = RoleDraft.Parse(office.ToBytes()).SignedBy(_made.People[0]);
        var bens = RoleDraft.Parse(office.ToBytes()).SignedBy(_made.People[1]);

        var collected = office.CollectFrom(RoleDraft.Parse(annas.ToBytes())).CollectFrom(RoleDraft.Parse(bens.ToBytes())).CollectFrom(annas);

        Assert.False(annas.IsComplete);
        Assert.True(collected.IsComplete);
        Assert.Equal(1, TufRepository.Start(collected).Repository.Root.Role.Version);
    }

    [Fact]
    public void A_draft_with_one_signature_is_not_metadata_and_says_who_is_missing()
    {
        var draft = TufRepository.DraftFirstRoot(_made.Plan).SignedBy(_made.People[0]);

        var refusal = Assert.Throws<TufPlanException>(() => draft.ToMetadata());

        Assert.Contains("asks for 2 and has 1", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("(Ben)", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("(Anna)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signer_reads_what_is_new_and_what_is_gone()
    {
        var repository = await _made.Released(Package);
        var file = new TargetFile("pump/4.3.0/pump.bin", 7, new string('a', 64), new string('b', 128), new() { ["class"] = "maintained" });

        var draft = repository.DraftLine(new LinePlan("pump", [file], [SomeRepository.Package], Now.AddDays(90)));

        Assert.Equal(
            [
                "pump version 2, valid until 2027-05-30T12:00:00Z",
                $$"""+ pump/4.3.0/pump.bin, 7 bytes, SHA-256 {{new string('a', 64)}}, {"class":"maintained"}""",
                $"- pump/4.2.1/pump.bin, 19 bytes, SHA-256 {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Package))}",
            ],
            draft.Describe(repository.Lines["pump"].Role));
    }

    [Fact]
    public void A_signer_reads_who_is_trusted()
    {
        var lines = TufRepository.DraftFirstRoot(_made.Plan).Describe();

        Assert.Contains("root needs 2 of 3", lines);
        Assert.Contains($"targets key of Ben: {_made.People[1].PublicKey.Fingerprint}", lines);
    }

    [Fact]
    public async Task What_a_line_offers_is_listed()
    {
        await _made.Released(Package);
        var client = await Site();

        Assert.Equal([SomeRepository.Package], (await client.ListAsync("pump", Stop)).Select(file => file.Path));
        Assert.Empty(await client.ListAsync("monitor", Stop));
    }

    [Fact]
    public void Nobody_signs_a_draft_twice()
    {
        var draft = TufRepository.DraftFirstRoot(_made.Plan).SignedBy(_made.People[0]);

        Assert.Throws<TufPlanException>(() => draft.SignedBy(_made.People[0]));
    }

    [Fact]
    public void A_stranger_does_not_sign_a_draft()
    {
        using var stranger = FileKey.Create(KeyAlgorithm.EcdsaP256, "Mallory");

        Assert.Throws<TufPlanException>(() => TufRepository.DraftFirstRoot(_made.Plan).SignedBy(stranger));
    }

    [Fact]
    public void A_signature_over_another_draft_is_refused()
    {
        var draft = TufRepository.DraftFirstRoot(_made.Plan);
        var other = TufRepository.DraftFirstRoot(_made.Plan with { Expires = Now.AddYears(2) }).SignedBy(_made.People[0]);

        Assert.Throws<TufPlanException>(() => draft.With(other.Signatures[0]));
        Assert.Throws<TufPlanException>(() => draft.CollectFrom(other));
    }

    [Fact]
    public async Task A_draft_that_asks_for_fewer_signatures_than_the_root_does_is_not_published()
    {
        var repository = await _made.Released(Package);
        var honest = repository.DraftLine(new LinePlan("pump", [], [], Now.AddDays(10)));
        var tampered = System.Text.Encoding.UTF8.GetString(honest.ToBytes()).Replace("\"threshold\":2", "\"threshold\":1", StringComparison.Ordinal);
        var draft = RoleDraft.Parse(LyingRepository.Bytes(tampered)).SignedBy(_made.People[0]);

        Assert.True(draft.IsComplete);
        Assert.Throws<TufPlanException>(() => repository.Publish([draft], _made.Online, _made.Online, Now));
    }

    [Fact]
    public async Task A_second_release_leaves_the_first_in_place()
    {
        var repository = await _made.Released(Package);
        var next = await _made.Store.AddTargetAsync("pump/4.3.0/pump.bin", new MemoryStream([1, 2, 3]), stop: Stop);
        Publish(repository, repository.DraftLine(new LinePlan("pump", [next], [], Now.AddDays(90))));

        await Download("pump/4.3.0/pump.bin");
        await Download(SomeRepository.Package);
        Assert.True(File.Exists(Path.Combine(_made.Store.MetadataFolder, "1.pump.json")));
    }

    [Fact]
    public async Task A_withdrawn_release_is_no_longer_found()
    {
        var repository = await _made.Released(Package);
        Publish(repository, repository.DraftLine(new LinePlan("pump", [], [SomeRepository.Package], Now.AddDays(90))));

        var client = await Site();

        Assert.Null(await client.FindTargetAsync(SomeRepository.Package, Stop));
    }

    [Fact]
    public async Task A_published_file_never_changes()
    {
        var repository = await _made.Released(Package);
        var changed = await _made.Store.AddTargetAsync(SomeRepository.Package, new MemoryStream([9]), stop: Stop);

        Assert.Throws<TufPlanException>(() => repository.DraftLine(new LinePlan("pump", [changed], [], Now.AddDays(90))));
    }

    [Theory]
    [InlineData("monitor/4.2.1/pump.bin"), InlineData("pump/pump.bin"), InlineData("pump/4.2.1/x/pump.bin"), InlineData("pump/*/pump.bin")]
    [InlineData("pump/../pump.bin"), InlineData("pump/4.2.1/pümp.bin"), InlineData("pump/4.2.1/pump 1.bin")]
    public async Task A_file_belongs_to_its_line_and_release(string path)
    {
        var repository = await _made.Released(Package);
        var file = new TargetFile(path, 1, new string('a', 64), new string('a', 128));

        Assert.Throws<TufPlanException>(() => repository.DraftLine(new LinePlan("pump", [file], [], Now.AddDays(90))));
    }

    [Theory, InlineData("\"né\""), InlineData("1.5"), InlineData("9007199254740992"), InlineData("\"a\\tb\"")]
    public async Task What_TUF_clients_spell_differently_is_not_signed(string custom)
    {
        var repository = await _made.Released(Package);
        var file = new TargetFile(
            "pump/4.3.0/pump.bin", 1, new string('a', 64), new string('a', 128), new() { ["x"] = System.Text.Json.Nodes.JsonNode.Parse(custom) });

        Assert.Throws<TufPlanException>(() => repository.DraftLine(new LinePlan("pump", [file], [], Now.AddDays(90))));
    }

    [Theory, InlineData("Pump"), InlineData("targets"), InlineData("a/b"), InlineData("-pump"), InlineData(""), InlineData("pump*")]
    public void A_line_has_a_plain_name(string line) =>
        Assert.Throws<TufPlanException>(() => _made.Started().DraftTargets(new TargetsPlan([line], [], Now.AddDays(90))));

    [Fact]
    public async Task A_line_is_never_dropped()
    {
        var repository = await _made.Released(Package);

        Assert.Throws<TufPlanException>(() => repository.DraftTargets(new TargetsPlan([], [], Now.AddDays(90))));
    }

    [Fact]
    public void A_line_that_was_never_signed_is_not_published()
    {
        var repository = _made.Started();
        var targets = _made.SignedByTwo(repository.DraftTargets(new TargetsPlan(["pump"], [], Now.AddDays(90))));

        Assert.Throws<TufPlanException>(() => repository.Publish([targets], _made.Online, _made.Online, Now));
    }

    [Fact]
    public async Task A_file_at_the_top_is_found_beside_the_lines()
    {
        var repository = await _made.Released(Package);
        var keys = await _made.Store.AddTargetAsync("keys.json", new MemoryStream([.. "{}"u8]), stop: Stop);
        Publish(repository, repository.DraftTargets(new TargetsPlan(["pump"], [keys], Now.AddDays(90))));

        Assert.Equal(2, new FileInfo((await Download("keys.json")).Path).Length);
        await Download(SomeRepository.Package);
    }

    [Fact]
    public async Task A_draft_from_before_another_publication_is_refused()
    {
        var repository = await _made.Released(Package);
        var slow = _made.SignedByTwo(repository.DraftLine(new LinePlan("pump", [], [], Now.AddDays(90))));
        var moved = Publish(repository, repository.DraftLine(new LinePlan("pump", [], [], Now.AddDays(80))));

        Assert.Throws<TufPlanException>(() => moved.Publish([slow], _made.Online, _made.Online, Now));
    }

    [Fact]
    public async Task A_draft_that_expired_on_its_round_is_refused()
    {
        var repository = await _made.Released(Package);
        var late = _made.SignedByTwo(repository.DraftLine(new LinePlan("pump", [], [], Now.AddDays(2))));

        Assert.Throws<TufPlanException>(() => repository.Publish([late], _made.Online, _made.Online, Now.AddDays(2)));
    }

    [Fact]
    public async Task A_wrong_online_key_is_refused()
    {
        var repository = await _made.Released(Package);
        using var other = FileKey.Create(KeyAlgorithm.EcdsaP256, "server");

        Assert.Throws<TufPlanException>(() => repository.Publish([], other, _made.Online, Now));
        Assert.Throws<TufPlanException>(() => repository.Publish([], _made.Online, other, Now));
    }

    [Fact]
    public async Task Online_roles_are_signed_again_at_half_of_their_life()
    {
        var repository = await _made.Released(Package);

        Assert.Null(repository.ResignIfDue(_made.Online, _made.Online, Now.AddDays(3)));
        var timestamp = repository.ResignIfDue(_made.Online, _made.Online, Now.AddDays(3.5))!;
        var both = timestamp.Repository.ResignIfDue(_made.Online, _made.Online, Now.AddDays(15))!;

        Assert.Equal(["timestamp.json"], timestamp.Files.Select(file => file.Path));
        Assert.Equal(Now.AddDays(10.5), timestamp.Repository.Timestamp!.Role.Expires);
        Assert.Equal(["2.snapshot.json", "timestamp.json"], both.Files.Select(file => file.Path));
        Assert.Equal(Now.AddDays(45), both.Repository.Snapshot!.Role.Expires);
    }

    [Fact]
    public async Task An_expired_repository_can_still_be_signed_again()
    {
        await _made.Released(Package);
        var later = Now.AddYears(1);

        var again = _made.Store.Load()!.ResignIfDue(_made.Online, _made.Online, later)!;

        Assert.Equal(later.AddDays(7), again.Repository.Timestamp!.Role.Expires);
    }

    [Fact]
    public async Task The_people_can_be_exchanged_and_sites_follow()
    {
        var repository = await _made.Released(Package);
        var client = await Site();
        FileKey[] next = [_made.People[1], FileKey.Create(KeyAlgorithm.EcdsaP256, "Dan"), FileKey.Create(KeyAlgorithm.Ed25519, "Eve")];
        using var online = FileKey.Create(KeyAlgorithm.EcdsaP384, "server, second");
        var plan = _made.Plan with
        {
            Root = new Quorum(2, SomeRepository.Public(next)),
            Targets = new Quorum(2, SomeRepository.Public(next)),
            Snapshot = online.PublicKey,
            Timestamp = online.PublicKey,
        };
        var root = repository.DraftRoot(plan);
        var targets = repository.DraftTargets(new TargetsPlan(["pump"], [], Now.AddDays(90)), root);
        var line = repository.DraftLine(new LinePlan("pump", [], [], Now.AddDays(90)), targets);
        _made.Store.Publish(repository.Publish(
            [_made.SignedByTwo(root).SignedBy(next[1]), targets.SignedBy(next[1]).SignedBy(next[2]), line.SignedBy(next[0]).SignedBy(next[2])],
            online, online, Now));

        await client.RefreshAsync(Now, Stop);

        Assert.Equal(2, client.Root.Version);
        await client.DownloadAsync((await client.FindTargetAsync(SomeRepository.Package, Stop))!, _site["targets"], stop: Stop);
    }

    [Fact]
    public async Task A_new_root_that_leaves_the_targets_without_signatures_is_not_published()
    {
        var repository = await _made.Released(Package);
        FileKey[] next = [.. new[] { "Dan", "Eve", "Fay" }.Select(name => FileKey.Create(KeyAlgorithm.EcdsaP256, name))];
        var root = _made.SignedByTwo(repository.DraftRoot(_made.Plan with { Targets = new Quorum(2, SomeRepository.Public(next)) }));

        var refusal = Assert.Throws<TufPlanException>(() => repository.Publish([root], _made.Online, _made.Online, Now));

        Assert.IsType<ThresholdNotMetException>(refusal.InnerException);
    }

    [Fact]
    public async Task A_root_of_real_keys_does_not_become_a_test_root()
    {
        var repository = await _made.Released(Package);
        var test = _made.Plan with { Timestamp = _made.Online.PublicKey with { IsTest = true } };

        Assert.Throws<TufPlanException>(() => repository.DraftRoot(test));
    }

    [Fact]
    public async Task What_was_published_is_loaded_again()
    {
        var repository = await _made.Released(Package);

        var loaded = _made.Store.Load()!;

        Assert.Equal(repository.Root.Bytes.ToArray(), loaded.Root.Bytes.ToArray());
        Assert.Equal(repository.Timestamp!.Bytes.ToArray(), loaded.Timestamp!.Bytes.ToArray());
        Assert.Equal(repository.Lines["pump"].Bytes.ToArray(), loaded.Lines["pump"].Bytes.ToArray());
        Assert.Null(new TufStore(_site.Path).Load());
    }

    [Fact]
    public async Task A_tampered_folder_is_not_loaded()
    {
        await _made.Released(Package);
        var path = Path.Combine(_made.Store.MetadataFolder, "1.pump.json");
        var text = await File.ReadAllTextAsync(path, Stop);
        await File.WriteAllTextAsync(path, text.Replace("\"length\":19", "\"length\":18", StringComparison.Ordinal), Stop);

        Assert.ThrowsAny<UntrustedException>(() => _made.Store.Load());
    }

    [Fact]
    public async Task A_server_restored_from_a_backup_does_not_overwrite_what_was_published()
    {
        var backup = await _made.Released(Package);
        Publish(backup, backup.DraftLine(new LinePlan("pump", [], [], Now.AddDays(80))));

        Assert.Throws<TufPlanException>(() => Publish(backup, backup.DraftLine(new LinePlan("pump", [], [], Now.AddDays(70)))));
        Assert.Throws<TufPlanException>(() => _made.Store.Publish(backup.ResignIfDue(_made.Online, _made.Online, Now.AddDays(4))!));
    }

    [Fact]
    public async Task A_publication_that_was_cut_off_is_finished_at_the_next_start()
    {
        var repository = await _made.Released(Package);
        var draft = _made.SignedByTwo(repository.DraftLine(new LinePlan("pump", [], [], Now.AddDays(80))));
        var publication = repository.Publish([draft], _made.Online, _made.Online, Now);
        // A folder in the place of the snapshot stops the writing half-way, as a full disk would.
        var obstacle = Directory.CreateDirectory(Path.Combine(_made.Store.MetadataFolder, "2.snapshot.json"));
        Assert.ThrowsAny<Exception>(() => _made.Store.Publish(publication));
        Assert.Equal(1, (await Site()).Targets.Version);
        obstacle.Delete();

        var loaded = _made.Store.Load()!;

        Assert.Equal(publication.Repository.Timestamp!.Bytes.ToArray(), loaded.Timestamp!.Bytes.ToArray());
        Assert.Empty(Directory.EnumerateFiles(_made.Folder.Path, ".pending"));
    }

    [Fact]
    public async Task Two_writers_take_turns_or_are_told()
    {
        var repository = await _made.Released(Package);
        await using var other = new FileStream(_made.Folder[".lock"], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        Assert.Throws<TufPlanException>(() => _made.Store.Publish(repository.ResignIfDue(_made.Online, _made.Online, Now.AddDays(4))!));
    }

    private static void Refused(RootPlan plan, string because) =>
        Assert.Contains(because, Assert.Throws<TufPlanException>(() => TufRepository.DraftFirstRoot(plan)).Message, StringComparison.Ordinal);

    private TufRepository Publish(TufRepository repository, RoleDraft draft)
    {
        var publication = repository.Publish([_made.SignedByTwo(draft)], _made.Online, _made.Online, Now);
        _made.Store.Publish(publication);
        return publication.Repository;
    }

    private async Task<TufClient> Site()
    {
        var client = _made.Client(_site["metadata"]);
        await client.InitAsync(_made.FirstRoot, Stop);
        await client.RefreshAsync(Now, Stop);
        return client;
    }

    private async Task<VerifiedTarget> Download(string path)
    {
        var client = await Site();
        return await client.DownloadAsync((await client.FindTargetAsync(path, Stop))!, _site["targets"], stop: Stop);
    }
}
