using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Aftercare.Trust.Keys;
using Aftercare.Trust.Tuf;
using Xunit;

namespace Aftercare.Tests.Trust.Tuf;

public sealed class DelegationTests : IDisposable
{
    private const string Package = "pump/4.2.1/pump.bin";
    private static readonly DateTimeOffset Now = LyingRepository.Now;
    private readonly LyingRepository _repository = new();
    private readonly TemporaryFolder _site = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _repository.Dispose();
        _site.Dispose();
    }

    [Fact]
    public async Task Roles_are_asked_in_order_of_trust_depth_first()
    {
        _repository.Delegate("targets", "a", "pump/*/*", terminating: false);
        _repository.Delegate("a", "a1", "pump/*/*", terminating: false);
        _repository.Delegate("a", "a2", "pump/*/*", terminating: false);
        _repository.Delegate("targets", "b", "pump/*/*", terminating: false);
        _repository.Release();

        Assert.Null(await (await Refreshed()).FindTargetAsync(Package, Stop));
        Assert.Equal(["1.a.json", "1.a1.json", "1.a2.json", "1.b.json"], _repository.Requests);
    }

    [Fact]
    public async Task The_first_role_that_names_a_path_decides()
    {
        _repository.Delegate("targets", "first", "pump/*/*", terminating: false);
        _repository.Delegate("targets", "second", "pump/*/*", terminating: false);
        _repository.Add(Package, [1], "second");
        _repository.Add(Package, [1, 2], "first");
        _repository.Release();

        Assert.Equal(2, (await (await Refreshed()).FindTargetAsync(Package, Stop))!.Length);
        Assert.Equal(["1.first.json"], _repository.Requests);
    }

    [Fact]
    public async Task A_terminating_role_that_lacks_a_path_ends_the_search()
    {
        _repository.Delegate("targets", "pump", "pump/*/*", terminating: true);
        _repository.Delegate("targets", "rest", "*/*/*", terminating: false);
        _repository.Add(Package, [1], "rest");
        _repository.Release();

        Assert.Null(await (await Refreshed()).FindTargetAsync(Package, Stop));
    }

    [Fact]
    public async Task Another_lines_key_cannot_sign_for_a_path()
    {
        _repository.Delegate("targets", "monitor", "monitor/*/*");
        _repository.Add(Package, [1], "monitor");
        _repository.Release();

        Assert.Null(await (await Refreshed()).FindTargetAsync(Package, Stop));
        Assert.Empty(_repository.Requests);
    }

    [Fact]
    public async Task A_child_cannot_name_what_its_parent_was_not_given()
    {
        _repository.Delegate("targets", "monitor", "monitor/*/*", terminating: false);
        _repository.Delegate("monitor", "greedy", "*/*/*", terminating: false);
        _repository.Add(Package, [1], "greedy");
        _repository.Release();

        Assert.Null(await (await Refreshed()).FindTargetAsync(Package, Stop));
    }

    [Fact]
    public async Task Roles_that_delegate_in_a_circle_are_asked_once()
    {
        _repository.Delegate("targets", "a", "pump/*/*", terminating: false);
        _repository.Delegate("a", "b", "pump/*/*", terminating: false);
        _repository.Delegate("b", "a", "pump/*/*", terminating: false);
        _repository.Release();

        Assert.Null(await (await Refreshed()).FindTargetAsync(Package, Stop));
        Assert.Equal(["1.a.json", "1.b.json"], _repository.Requests);
    }

    [Fact]
    public async Task A_search_without_end_is_cut_off()
    {
        for (var i = 0; i < 5; i++)
            _repository.Delegate(i == 0 ? "targets" : $"r{i - 1}", $"r{i}", "pump/*/*", terminating: false);
        _repository.Release();

        var impatient = await Refreshed(new TufLimits { Delegations = 4 });
        await Assert.ThrowsAsync<LimitExceededException>(() => impatient.FindTargetAsync(Package, Stop));
        Assert.Null(await (await Refreshed(new TufLimits { Delegations = 5 })).FindTargetAsync(Package, Stop));
    }

    [Fact]
    public async Task A_role_that_one_parent_vouched_for_is_verified_anew_for_another()
    {
        using var mallory = FileKey.Create(KeyAlgorithm.EcdsaP256, "Mallory");
        _repository.Delegate("targets", "careless", "toys/*/*", terminating: false);
        _repository.Delegate("targets", "careful", "pump/*/*", terminating: false);
        _repository.Delegate("careless", "shared", "*/*/*", terminating: false, threshold: 1, keys: [mallory]);
        _repository.Delegate("careful", "shared", "*/*/*", terminating: false);
        _repository.Add(Package, [1], "shared");
        _repository.Add("toys/1/toy.bin", [1], "shared");
        foreach (var role in _repository.Bodies.Keys.Where(role => role != "shared"))
            _repository.Targets(role);
        _repository.Targets("shared", signers: [mallory]);
        _repository.Snapshot();
        _repository.Timestamp();
        var client = await Refreshed();

        Assert.NotNull(await client.FindTargetAsync("toys/1/toy.bin", Stop));
        await Assert.ThrowsAsync<ThresholdNotMetException>(() => client.FindTargetAsync(Package, Stop));
    }

    [Fact]
    public async Task A_delegated_role_that_the_snapshot_does_not_list_is_refused()
    {
        _repository.Delegate("targets", "pump", "pump/*/*");
        _repository.Targets();
        _repository.Targets("pump");
        _repository.Snapshot(signed => signed["meta"]!.AsObject().Remove("pump.json"));
        _repository.Timestamp();
        var client = await Refreshed();

        await Assert.ThrowsAsync<MissingMetadataException>(() => client.FindTargetAsync(Package, Stop));
    }

    [Fact]
    public async Task Hashed_bins_are_followed()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(LyingRepository.Bytes(Package)));
        _repository.Delegate("targets", "other-bin", "unused", terminating: false);
        _repository.Delegate("targets", "bin", "unused", terminating: false);
        var roles = _repository.Bodies["targets"]["delegations"]!["roles"]!.AsArray();
        foreach (var (role, prefix) in new[] { (roles[0]!, hash[0] == '0' ? "1" : "0"), (roles[1]!, hash[..2]) })
        {
            role.AsObject().Remove("paths");
            role["path_hash_prefixes"] = new JsonArray(prefix);
        }
        _repository.Add(Package, [1, 2, 3], "bin");
        _repository.Release();

        Assert.Equal(3, (await (await Refreshed()).FindTargetAsync(Package, Stop))!.Length);
        Assert.Equal(["1.bin.json"], _repository.Requests);
    }

    [Fact]
    public async Task A_delegated_role_is_fetched_once_and_kept()
    {
        _repository.Delegate("targets", "pump", "pump/*/*");
        _repository.Add(Package, [1], "pump");
        _repository.Release();
        await (await Refreshed()).FindTargetAsync(Package, Stop);

        var again = await Refreshed();
        await again.FindTargetAsync(Package, Stop);

        Assert.Empty(_repository.Requests);
        Assert.Equal(_repository.Metadata["1.pump.json"], await File.ReadAllBytesAsync(_site["pump.json"], Stop));
    }

    [Theory]
    [InlineData("pump/*/*", "pump/4.2.1/pump.bin", true)]
    [InlineData("pump/*/*", "pump/4.2.1/deep/pump.bin", false)]
    [InlineData("pump/*/*", "pump/pump.bin", false)]
    [InlineData("*", "keys.json", true)]
    [InlineData("*", "pump/keys.json", false)]
    [InlineData("*.bin", "pump.bin", true)]
    [InlineData("*.bin", ".bin", true)]
    [InlineData("p?mp", "pump", true)]
    [InlineData("p?mp", "pmp", false)]
    [InlineData("?/a", "//a", false)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b*c", "a-c-b", false)]
    [InlineData("[ab]", "a", false)]
    [InlineData("", "", true)]
    public void A_pattern_covers_a_path(string pattern, string path, bool covers) =>
        Assert.Equal(covers, new DelegatedRole("r", [], 1, false, [pattern], []).Covers(path));

    [Fact]
    public void A_hostile_pattern_costs_little()
    {
        var pattern = string.Concat(Enumerable.Repeat("a*", 500)) + "b";

        Assert.False(new DelegatedRole("r", [], 1, false, [pattern], []).Covers(new string('a', 5_000)));
    }

    private async Task<TufClient> Refreshed(TufLimits? limits = null)
    {
        var client = _repository.Client(_site.Path, limits);
        await client.InitAsync(_repository.FirstRoot, Stop);
        await client.RefreshAsync(Now, Stop);
        _repository.Requests.Clear();
        return client;
    }
}
