using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Aftercare.Tests.Trust.Log;
using Aftercare.Trust;
using Aftercare.Trust.Log;
using Aftercare.Trust.Packs;
using Xunit;
using static Aftercare.Tests.Trust.Packs.SamplePack;

// Packs are written to memory here: there is nothing to wait for, so nothing to cancel.
#pragma warning disable xUnit1051

namespace Aftercare.Tests.Trust.Packs;

public sealed class PackTests
{
    private const string Case7 = "cases/C-2026-0007.json";
    private const string Case8 = "cases/C-2026-0008.json";

    [Fact]
    public async Task A_whole_pack_is_accepted_with_all_its_entries_proved()
    {
        var report = Verify(await Make(300, 0, 7, 256, 299));

        Assert.Empty(report.Findings);
        Assert.Equal(4, report.ProvedEntries);
        var manifest = report.Accept().Manifest;
        Assert.Equal("Audit of case C-2026-0007", manifest.Purpose);
        Assert.Equal(Monday, manifest.MadeAt);
        Assert.Equal(300, manifest.Log!.Size);
        Assert.Equal("README.txt", manifest.Members[0].Path);
        Assert.Equal(3 + 2 * 4, manifest.Members.Length);
    }

    [Fact]
    public async Task The_same_content_makes_the_same_bytes() => Assert.Equal(await Make(5, 2), await Make(5, 2));

    [Fact]
    public async Task The_members_stand_in_the_order_in_which_they_were_added_and_the_manifest_last() =>
        Assert.Equal(
            ["README.txt", Case7, Case8, "ledger/2.entry", "ledger/2.tlog-proof", PackPath.Manifest],
            Members(await Make(5, 2)).Select(m => m.Name));

    [Fact]
    public async Task Each_member_changed_is_named()
    {
        var pack = await Make(5, 2, 4);
        foreach (var name in Members(pack).Select(m => m.Name).Where(n => n != PackPath.Manifest))
        {
            var report = Verify(Tampered(pack, members => members.Find(m => m.Name == name)!.Content[3 % Length(members, name)] ^= 1));
            Assert.Equal([(name, PackFault.Changed)], Faults(report));
            Assert.Throws<UntrustedPackException>(report.Accept);
        }
    }

    [Fact]
    public async Task Each_member_removed_is_named()
    {
        var pack = await Make(5, 2, 4);
        foreach (var name in Members(pack).Select(m => m.Name).Where(n => n != PackPath.Manifest))
            Assert.Equal([(name, PackFault.Missing)], Faults(Verify(Tampered(pack, members => members.RemoveAll(m => m.Name == name)))));
    }

    [Fact]
    public async Task Each_member_renamed_is_named_under_both_names_with_what_it_was()
    {
        var pack = await Make(5, 2, 4);
        foreach (var name in Members(pack).Select(m => m.Name).Where(n => n != PackPath.Manifest))
        {
            var report = Verify(Tampered(pack, members => members.Find(m => m.Name == name)!.Name = "other/" + name));
            Assert.Equal([("other/" + name, PackFault.Extra), (name, PackFault.Missing)], Faults(report));
            Assert.EndsWith($"it holds the bytes of {name}.", report.Findings[0].Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_member_renamed_in_case_only_is_named() =>
        Assert.Equal(
            [("readme.TXT", PackFault.Extra), ("README.txt", PackFault.Missing)],
            Faults(Verify(Tampered(await Make(), members => members[0].Name = "readme.TXT"))));

    [Fact]
    public async Task A_member_added_is_named() =>
        Assert.Equal(
            [("cases/C-2026-0009.json", PackFault.Extra)],
            Faults(Verify(Tampered(await Make(), members => members.Add(new Member("cases/C-2026-0009.json", Bytes("{}")))))));

    [Fact]
    public async Task Two_members_swapped_are_both_named_with_what_they_hold()
    {
        var report = Verify(Tampered(await Make(), members => (members[1].Content, members[2].Content) = (members[2].Content, members[1].Content)));

        Assert.Equal([(Case7, PackFault.Changed), (Case8, PackFault.Changed)], Faults(report));
        Assert.EndsWith($"it holds the bytes of {Case8}.", report.Findings[0].Detail, StringComparison.Ordinal);
        Assert.EndsWith($"it holds the bytes of {Case7}.", report.Findings[1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_members_of_different_sizes_swapped_are_both_named_with_what_they_hold()
    {
        var report = Verify(Tampered(await Make(), members => (members[0].Content, members[2].Content) = (members[2].Content, members[0].Content)));

        Assert.Equal([("README.txt", PackFault.Changed), (Case8, PackFault.Changed)], Faults(report));
        Assert.All(report.Findings, f => Assert.Contains("it holds the bytes of", f.Detail, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task A_member_that_grew_is_named(int by)
    {
        var report = Verify(Tampered(await Make(), members => members[0].Content = [.. members[0].Content, .. new byte[by]]));

        Assert.Equal([("README.txt", PackFault.Changed)], Faults(report));
        Assert.Equal("has more than the 24 bytes that are signed.", report.Findings[0].Detail);
    }

    [Fact]
    public async Task A_member_that_shrank_is_named()
    {
        var report = Verify(Tampered(await Make(), members => members[0].Content = members[0].Content[..^1]));

        Assert.Equal("has 23 bytes where 24 are signed.", Assert.Single(report.Findings).Detail);
    }

    [Fact]
    public async Task Everything_that_differs_is_named_not_only_the_first()
    {
        var report = Verify(Tampered(await Make(5, 2, 4), members =>
        {
            members[0].Content = Bytes("forged");
            members.RemoveAll(m => m.Name == Case7);
            members.Add(new Member("more.txt", Bytes("more")));
            members.Find(m => m.Name == "ledger/4.entry")!.Content = Bytes("x");
        }));

        Assert.Equal(
            [
                ("README.txt", PackFault.Changed), ("ledger/4.entry", PackFault.Changed),
                ("more.txt", PackFault.Extra), (Case7, PackFault.Missing),
            ],
            Faults(report));
        Assert.Equal(1, report.ProvedEntries);
    }

    [Fact]
    public async Task A_comment_that_nobody_signed_is_named()
    {
        byte[] pack = [.. (await Make())[..^2], 5, 0, .. "Valid"u8];

        Assert.Equal([("(comment)", PackFault.Extra)], Faults(Verify(pack)));
    }

    [Theory]
    [InlineData("README.txt")]
    [InlineData("ReadMe.txt")]
    public async Task A_second_member_of_a_name_is_named(string name) =>
        Assert.Equal(
            [(name, PackFault.Duplicate)],
            Faults(Verify(Tampered(await Make(), members => members.Add(new Member(name, Bytes("How to be fooled.")))))));

    [Theory]
    [InlineData("../evil.sh")]
    [InlineData("cases/../../evil.sh")]
    [InlineData("/etc/passwd")]
    [InlineData("C:/evil.exe")]
    [InlineData("cases\\evil.exe")]
    [InlineData("cases//evil")]
    [InlineData("cases/")]
    [InlineData("evil ")]
    [InlineData("evil.")]
    [InlineData(".ssh/authorized_keys")]
    [InlineData("a\u202etxt.exe")]
    public async Task A_name_that_is_unsafe_to_unpack_is_named(string name)
    {
        var finding = Assert.Single(Verify(Tampered(await Make(), members => members.Add(new Member(name, Bytes("evil"))))).Findings);

        Assert.Equal(PackFault.Unsafe, finding.Fault);
        Assert.DoesNotContain('\u202e', finding.Member);
    }

    [Fact]
    public async Task A_member_turned_into_a_symbolic_link_is_named() =>
        Assert.Equal(
            [("README.txt", PackFault.Unsafe)],
            Faults(Verify(Tampered(await Make(), members => members[0].Attributes = unchecked((int)0xA1FF_0000)))));

    [Fact]
    public async Task A_pack_without_its_manifest_is_refused()
    {
        var pack = Tampered(await Make(), members => members.RemoveAll(m => m.Name == PackPath.Manifest));

        Assert.Throws<UntrustedPackException>(() => Verify(pack));
    }

    [Fact]
    public async Task A_pack_with_two_manifests_is_refused()
    {
        var pack = Tampered(await Make(), members => members.Add(new Member(PackPath.Manifest, members[^1].Content)));

        Assert.Throws<UntrustedPackException>(() => Verify(pack));
    }

    [Fact]
    public async Task A_second_manifest_in_another_case_is_named() =>
        Assert.Equal(
            [("MANIFEST.dsse.json", PackFault.Duplicate)],
            Faults(Verify(Tampered(await Make(), members => members.Add(new Member("MANIFEST.dsse.json", Bytes("{}")))))));

    [Fact]
    public async Task A_manifest_changed_after_signing_is_refused()
    {
        var pack = Tampered(await Make(), members => members[^1].Content[100] ^= 1);

        Assert.Throws<NotSignedException>(() => Verify(pack));
    }

    [Theory]
    [InlineData("aftercare-pack/1", "aftercare-pack/2")]
    [InlineData("\"purpose\":", "\"why\":")]
    [InlineData("\"purpose\":", "\"purpose\":\"twice\",\"purpose\":")]
    [InlineData("2026-11-16T08:30:00.250Z", "2026-11-16T08:30:00Z")]
    [InlineData("2026-11-16T08:30:00.250Z", "2026-11-31T08:30:00.250Z")]
    [InlineData("\"README.txt\"", "\"../README.txt\"")]
    [InlineData("\"README.txt\"", "\"cases/C-2026-0007.json\"")]
    [InlineData("\"README.txt\"", "\"CASES/C-2026-0007.json\"")]
    [InlineData("\"README.txt\"", "\"manifest.dsse.json\"")]
    [InlineData("\"size\":24", "\"size\":-24")]
    [InlineData("\"size\":24", "\"size\":9223372036854775807")]
    [InlineData("\"size\":24", "\"size\":\"24\"")]
    [InlineData("\"size\":24", "\"size\":24,\"more\":1")]
    [InlineData("\"sha256\":\"", "\"sha256\":\"AB")]
    [InlineData("aftercare.example/log\\n5\\n", "aftercare.example/log\\n6\\n")]
    [InlineData("\"members\":[", "\"members\":[null,")]
    public async Task A_signed_manifest_that_makes_no_sense_is_refused(string old, string @new)
    {
        var pack = Resigned(await Make(), json =>
        {
            Assert.Contains(old, json, StringComparison.Ordinal);
            return json.Replace(old, @new, StringComparison.Ordinal);
        });

        Assert.ThrowsAny<UntrustedException>(() => Verify(pack));
    }

    [Fact]
    public async Task Ledger_entries_without_a_log_to_vouch_for_them_are_refused()
    {
        var pack = Resigned(await Make(5, 2), json => Regex.Replace(json, "\"log\":\\{[^}]*\\}", "\"log\":null"));

        Assert.Throws<UntrustedPackException>(() => Verify(pack));
    }

    [Fact]
    public async Task An_entry_forged_by_the_holder_of_the_pack_key_is_not_in_the_log()
    {
        var (old, forged) = (NaiveTree.Entry(2), Bytes("9"));
        var pack = Tampered(
            Resigned(await Make(5, 2), json => json.Replace(Sha256(old), Sha256(forged), StringComparison.Ordinal)),
            members => members.Find(m => m.Name == "ledger/2.entry")!.Content = forged);

        Assert.Equal([("ledger/2.entry", PackFault.NotInLog)], Faults(Verify(pack)));
    }

    [Fact]
    public async Task Two_entries_swapped_with_their_proofs_by_the_holder_of_the_pack_key_are_both_named()
    {
        string Swap(string text) => text.Replace("ledger/2.", "ledger/x.", StringComparison.Ordinal)
            .Replace("ledger/4.", "ledger/2.", StringComparison.Ordinal).Replace("ledger/x.", "ledger/4.", StringComparison.Ordinal);
        var pack = Tampered(Resigned(await Make(5, 2, 4), Swap), members => members.ForEach(m => m.Name = Swap(m.Name)));

        var report = Verify(pack);

        Assert.Equal([("ledger/4.entry", PackFault.NotInLog), ("ledger/2.entry", PackFault.NotInLog)], Faults(report));
        Assert.Equal("is proved to be entry 2 of the log, not 4.", report.Findings[0].Detail);
    }

    [Fact]
    public async Task An_entry_whose_proof_was_left_out_by_the_holder_of_the_pack_key_is_named()
    {
        var pack = Tampered(
            Resigned(await Make(5, 2), json => Regex.Replace(json, ",\\{\"path\":\"ledger/2.tlog-proof\"[^}]*\\}", "")),
            members => members.RemoveAll(m => m.Name == "ledger/2.tlog-proof"));

        Assert.Equal([("ledger/2.entry", PackFault.NotInLog)], Faults(Verify(pack)));
    }

    [Fact]
    public async Task A_proof_to_a_forked_checkpoint_is_named()
    {
        var (shelf, _) = LogOf(4);
        var other = LogOf(4).Checkpoint;
        var (old, forked) = (Content(await Make(5, 2), "ledger/2.tlog-proof"), TlogProof.Make(2, new TileReader(4, shelf.Fetch), other).ToBytes());
        var pack = Tampered(
            Resigned(await Make(5, 2), json => json
                .Replace(Sha256(old), Sha256(forked), StringComparison.Ordinal)
                .Replace($"\"size\":{old.Length}", $"\"size\":{forked.Length}", StringComparison.Ordinal)),
            members => members.Find(m => m.Name == "ledger/2.tlog-proof")!.Content = forked);

        var finding = Assert.Single(Verify(pack).Findings);
        Assert.Equal(PackFault.NotInLog, finding.Fault);
        Assert.Equal("is proved to a checkpoint of 4 entries, not to the manifest's of 5.", finding.Detail);
    }

    [Fact]
    public async Task Bytes_that_are_no_ZIP_file_are_refused()
    {
        var cut = (await Make())[..^10];

        foreach (var bytes in new[] { [], Bytes("PK is how it starts, but that is all."), cut })
            Assert.Throws<UntrustedPackException>(() => Verify(bytes));
    }

    [Fact]
    public async Task A_pack_beyond_the_limits_is_refused()
    {
        var pack = await Make(5, 2);

        Assert.Throws<UntrustedPackException>(() => Verify(pack, new PackLimits { MaxMembers = 4 }));
        Assert.Throws<UntrustedPackException>(() => Verify(pack, new PackLimits { MaxBytes = 100 }));
        Assert.Throws<UntrustedPackException>(() => Verify(pack, new PackLimits { MaxManifestBytes = 100 }));
        Assert.Throws<UntrustedPackException>(() => Verify(pack, new PackLimits { MaxDirectoryBytes = 100 }));
        Assert.Empty(Verify(pack, new PackLimits { MaxMembers = 5 }).Findings);
    }

    [Fact]
    public async Task A_manifest_that_unpacks_without_end_is_refused()
    {
        var pack = Tampered(await Make(), members => members[^1].Content = new byte[50_000_000]);

        var refusal = Assert.Throws<UntrustedPackException>(() => Verify(pack));
        Assert.Contains("unpacks to more than", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_added_member_that_unpacks_without_end_is_named_but_not_unpacked()
    {
        var pack = Tampered(await Make(), members => members.Add(new Member("bomb.txt", new byte[200_000_000])));

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal([("bomb.txt", PackFault.Extra)], Faults(Verify(pack)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
    }

    [Fact]
    public async Task A_large_pack_is_verified_in_flat_memory()
    {
        using var file = new MemoryStream();
        using var writer = new PackWriter(file, "Export", Monday);
        await writer.AddAsync("large.bin", "application/octet-stream", new byte[100_000_000]);
        await writer.FinishAsync(Sign);
        var pack = file.ToArray();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(Verify(pack).Findings);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
    }

    [Fact]
    public async Task Members_that_share_packed_bytes_are_refused()
    {
        var pack = Tampered(await Make(), members => members.Add(new Member("big.bin", RandomNumberGenerator.GetBytes(20_000))));
        // The packed size that the directory claims for the last member: now as much as the whole file.
        var claim = BitConverter.GetBytes(pack.Length);
        var record = pack.AsSpan().LastIndexOf("PK\x01\x02"u8);
        claim.CopyTo(pack.AsSpan(record + 20));

        Assert.Throws<UntrustedPackException>(() => Verify(pack));
    }

    [Fact]
    public async Task A_member_whose_packed_bytes_are_damaged_is_named()
    {
        var pack = await Make();
        var start = pack.AsSpan().IndexOf("README.txt"u8) + "README.txt".Length;
        pack.AsSpan(start, 6).Fill(0xff);

        Assert.Equal("README.txt", Assert.Single(Verify(pack).Findings).Member);
    }

    [Fact]
    public async Task Noise_in_the_file_never_passes_and_never_escapes_as_another_error()
    {
        var pack = await Make(5, 2);
        var random = new Random(20261116);
        var signed = Verify(pack).Manifest.Members.Length;
        for (var round = 0; round < 3000; round++)
        {
            var noisy = pack.ToArray();
            for (var edits = random.Next(1, 6); edits > 0; edits--)
                noisy[random.Next(noisy.Length)] = (byte)random.Next(256);
            if (random.Next(8) == 0)
                noisy = noisy[..random.Next(noisy.Length)];
            try
            {
                // Noise in times and attributes changes no member; whatever is accepted is as signed.
                if (Verify(noisy) is { Findings.IsEmpty: true } report)
                    Assert.Equal(signed, report.Manifest.Members.Length);
            }
            catch (UntrustedException)
            {
                continue;
            }
        }
    }

    [Fact]
    public async Task A_pack_may_go_into_a_stream_that_only_takes_asynchronous_writes()
    {
        using var wire = new AsyncOnlyStream();
        using (var writer = new PackWriter(wire, "Export", Monday))
        {
            await writer.AddAsync("large.bin", "application/octet-stream", new byte[3_000_000], compress: false);
            await writer.AddAsync("large.txt", "text/plain", new byte[3_000_000]);
            await writer.FinishAsync(Sign);
        }

        Assert.Empty(Verify(wire.ToArray()).Findings);
        Assert.InRange(wire.LargestWrite, 1, 200_000);
    }

    [Fact]
    public async Task A_pack_whose_reader_went_away_says_so_and_nothing_else()
    {
        using var file = new MemoryStream();
        using var writer = new PackWriter(file, "Export", Monday);
        await writer.AddAsync("a.txt", "text/plain", Bytes("a"));
        file.Close();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.AddAsync("b.txt", "text/plain", Bytes("b")));
    }

    [Fact]
    public async Task A_pack_that_was_not_finished_is_not_accepted()
    {
        using var file = new MemoryStream();
        using (var writer = new PackWriter(file, "Export", Monday))
            await writer.AddAsync("a.txt", "text/plain", Bytes("a"));

        Assert.Throws<UntrustedPackException>(() => Verify(file.ToArray()));
    }

    [Fact]
    public async Task A_member_cannot_be_added_unsafely_twice_or_too_late()
    {
        using var file = new MemoryStream();
        using var writer = new PackWriter(file, "Export", Monday);
        await writer.AddAsync("a.txt", "text/plain", Bytes("a"));

        foreach (var path in new[] { "a.txt", "A.TXT", "../a", PackPath.Manifest, "", new string('a', 201) })
            await Assert.ThrowsAsync<ArgumentException>(() => writer.AddAsync(path, "text/plain", Bytes("b")));
        await writer.FinishAsync(Sign);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.AddAsync("c.txt", "text/plain", Bytes("c")));
    }

    [Fact]
    public async Task An_entry_with_a_proof_that_does_not_hold_is_not_packed()
    {
        var (shelf, checkpoint) = LogOf(5);
        var proof = TlogProof.Make(2, new TileReader(5, shelf.Fetch), checkpoint);
        using var file = new MemoryStream();
        using var writer = new PackWriter(file, "Export", Monday, checkpoint);
        using var later = new PackWriter(file, "Export", Monday, LogOf(6).Checkpoint);
        using var none = new PackWriter(file, "Export", Monday);

        await Assert.ThrowsAsync<UntrustedLogException>(() => writer.AddEntryAsync(NaiveTree.Entry(3), proof));
        await Assert.ThrowsAsync<InvalidOperationException>(() => later.AddEntryAsync(NaiveTree.Entry(2), proof));
        await Assert.ThrowsAsync<InvalidOperationException>(() => none.AddEntryAsync(NaiveTree.Entry(2), proof));
    }

    [Fact]
    public async Task Any_ZIP_program_can_unpack_it()
    {
        using var archive = new ZipArchive(new MemoryStream(await Make()));

        using var reader = new StreamReader(await archive.GetEntry("README.txt")!.OpenAsync());
        Assert.Equal("How to verify this pack.", await reader.ReadToEndAsync());
    }

    private static (string, PackFault)[] Faults(PackReport report) => [.. report.Findings.Select(f => (f.Member, f.Fault))];

    private static int Length(List<Member> members, string name) => members.Find(m => m.Name == name)!.Content.Length;

    private static byte[] Content(byte[] pack, string name) => Members(pack).Find(m => m.Name == name)!.Content;

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Like the body of an HTTP answer: forwards only, and no synchronous writes.</summary>
    private sealed class AsyncOnlyStream : Stream
    {
        private readonly MemoryStream _taken = new();

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public int LargestWrite { get; private set; }

        public byte[] ToArray() => _taken.ToArray();

        public override void Flush() => throw new InvalidOperationException("synchronous flush");

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new InvalidOperationException("synchronous write");

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            LargestWrite = Math.Max(LargestWrite, buffer.Length);
            return _taken.WriteAsync(buffer, cancellationToken);
        }
    }
}
