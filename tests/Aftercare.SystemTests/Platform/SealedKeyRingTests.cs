using System.Security.Cryptography;
using System.Text;
using Aftercare.Server.Platform.Keys;
using Aftercare.Server.Platform.Storage;
using Xunit;

namespace Aftercare.SystemTests.Platform;

public sealed class SealedKeyRingTests : IDisposable
{
    private const string Contact = "person/0199a1b2/contact";

    private readonly SealedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sealed_value_opens_again_also_after_a_restart()
    {
        var sealedBytes = _folder.Ring().Seal(Contact, "ada@example.org"u8);

        Assert.Equal("ada@example.org"u8, KeyRing.OpenExisting(_folder.Keys).Open(Contact, sealedBytes));
    }

    [Fact]
    public void An_empty_value_and_the_largest_one_open_again_and_a_larger_one_is_refused()
    {
        var ring = _folder.Ring();
        var largest = RandomNumberGenerator.GetBytes(1 << 20);

        Assert.Empty(ring.Open(Contact, ring.Seal(Contact, [])));
        Assert.Equal(largest, ring.Open(Contact, ring.Seal(Contact, largest)));
        Assert.Contains("1048576", Assert.Throws<ArgumentException>(() => ring.Seal(Contact, new byte[(1 << 20) + 1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sealed_bytes_do_not_contain_the_plain_ones_and_differ_each_time()
    {
        var ring = _folder.Ring();

        var first = ring.Seal(Contact, "ada@example.org"u8);
        var second = ring.Seal(Contact, "ada@example.org"u8);

        Assert.Equal(-1, first.AsSpan().IndexOf("ada"u8));
        Assert.NotEqual(first, second);
        Assert.Equal("ada@example.org".Length + 93, first.Length);
    }

    [Fact]
    public void A_change_of_any_single_byte_is_refused()
    {
        var ring = _folder.Ring();
        var sealedBytes = ring.Seal(Contact, "ada@example.org"u8);

        for (var i = 0; i < sealedBytes.Length; i++)
        {
            var altered = sealedBytes.ToArray();
            altered[i] ^= 0x01;
            var broken = Assert.Throws<SealBrokenException>(() => ring.Open(Contact, altered));
            Assert.DoesNotContain("ada@", broken.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_cut_or_continued_value_is_refused()
    {
        var ring = _folder.Ring();
        var sealedBytes = ring.Seal(Contact, "ada@example.org"u8);

        for (var length = 0; length < sealedBytes.Length; length++)
            Assert.Throws<SealBrokenException>(() => ring.Open(Contact, sealedBytes.AsSpan(0, length)));
        Assert.Throws<SealBrokenException>(() => ring.Open(Contact, [.. sealedBytes, 0]));
    }

    [Fact]
    public void A_value_moved_to_another_persons_row_is_refused()
    {
        var ring = _folder.Ring();
        var sealedBytes = ring.Seal(Contact, "ada@example.org"u8);

        var broken = Assert.Throws<SealBrokenException>(() => ring.Open("person/0199ffff/contact", sealedBytes));

        Assert.Contains("person/0199ffff/contact", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_under_another_ring_is_refused_and_its_key_is_named()
    {
        using var elsewhere = new SealedFolder();
        var theirs = elsewhere.Ring();
        var sealedBytes = theirs.Seal(Contact, "ada@example.org"u8);

        var broken = Assert.Throws<SealBrokenException>(() => _folder.Ring().Open(Contact, sealedBytes));

        Assert.Contains(theirs.CurrentId, broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrapped_key_that_claims_another_key_encryption_key_does_not_unwrap()
    {
        var ring = _folder.Ring();
        var first = ring.CurrentId;
        var wrapped = ring.Wrap(Contact, RandomNumberGenerator.GetBytes(32)).ToBytes();
        ring.Rotate();
        KeyEncryptionKey.IdToBytes(ring.CurrentId).CopyTo(wrapped, 1);

        Assert.NotEqual(first, ring.CurrentId);
        Assert.Throws<SealBrokenException>(() => ring.Unwrap(Contact, WrappedKey.FromBytes(wrapped)));
    }

    [Fact]
    public void A_wrapped_key_survives_its_bytes()
    {
        var ring = _folder.Ring();
        var dataKey = RandomNumberGenerator.GetBytes(32);
        var wrapped = ring.Wrap(Contact, dataKey);

        var read = WrappedKey.FromBytes(wrapped.ToBytes());

        Assert.Equal(wrapped, read);
        Assert.Equal(WrappedKey.EncodedBytes, wrapped.ToBytes().Length);
        Assert.Equal(dataKey, ring.Unwrap(Contact, read));
    }

    [Fact]
    public void A_wrapped_key_of_an_unknown_version_is_refused_by_its_number()
    {
        var bytes = _folder.Ring().Wrap(Contact, RandomNumberGenerator.GetBytes(32)).ToBytes();
        bytes[0] = 9;

        Assert.Contains("version 9", Assert.Throws<SealBrokenException>(() => WrappedKey.FromBytes(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rotation_keeps_the_old_readable_and_rewraps_to_the_new()
    {
        var ring = _folder.Ring();
        var old = ring.CurrentId;
        var sealedBytes = ring.Seal(Contact, "ada@example.org"u8);
        var wrapped = ring.Wrap("blob/1", RandomNumberGenerator.GetBytes(32));

        var current = ring.Rotate();
        var resealed = ring.Reseal(Contact, sealedBytes);
        var rewrapped = ring.Rewrap("blob/1", wrapped);

        Assert.Equal("ada@example.org"u8, ring.Open(Contact, sealedBytes));
        Assert.Equal(old, KeyRing.KekIdOf(sealedBytes));
        Assert.Equal(current, KeyRing.KekIdOf(resealed));
        Assert.Equal(current, rewrapped.KekId);
        Assert.Equal("ada@example.org"u8, ring.Open(Contact, resealed));
        Assert.Equal(ring.Unwrap("blob/1", wrapped), ring.Unwrap("blob/1", rewrapped));
    }

    [Fact]
    public void Rewrapping_what_is_current_changes_nothing()
    {
        var ring = _folder.Ring();
        var wrapped = ring.Wrap(Contact, RandomNumberGenerator.GetBytes(32));

        Assert.Same(wrapped, ring.Rewrap(Contact, wrapped));
    }

    [Fact]
    public void Rewrapping_for_another_context_is_refused()
    {
        var ring = _folder.Ring();
        var wrapped = ring.Wrap(Contact, RandomNumberGenerator.GetBytes(32));
        ring.Rotate();

        Assert.Throws<SealBrokenException>(() => ring.Rewrap("person/other/contact", wrapped));
    }

    [Fact]
    public void A_retired_key_opens_nothing_any_more_but_what_was_resealed_still_opens()
    {
        var ring = _folder.Ring();
        var old = ring.CurrentId;
        var forgotten = ring.Seal(Contact, "ada@example.org"u8);
        ring.Rotate();
        var kept = ring.Reseal(Contact, forgotten);

        ring.Retire(old);

        Assert.Equal([ring.CurrentId], KeyRing.OpenExisting(_folder.Keys).Ids);
        Assert.Equal("ada@example.org"u8, ring.Open(Contact, kept));
        Assert.Contains(old, Assert.Throws<SealBrokenException>(() => ring.Open(Contact, forgotten)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_current_key_and_an_unknown_one_cannot_be_retired()
    {
        var ring = _folder.Ring();

        Assert.Throws<KeyRingException>(() => ring.Retire(ring.CurrentId));
        Assert.Throws<KeyRingException>(() => ring.Retire("kek-00000000"));
        Assert.Throws<KeyRingException>(() => ring.Retire("../../etc/passwd"));
    }

    [Fact]
    public void A_second_node_reads_what_the_first_sealed_after_its_rotation()
    {
        var first = _folder.Ring();
        var second = _folder.Ring();
        first.Rotate();

        Assert.Equal("ada@example.org"u8, second.Open(Contact, first.Seal(Contact, "ada@example.org"u8)));
        Assert.Equal(first.CurrentId, second.CurrentId);
    }

    [Fact]
    public void Key_files_and_their_folder_belong_to_the_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        _folder.Ring();

        Assert.Equal(DurableFile.OwnerOnlyFolder, ModeOf(_folder.Keys));
        Assert.All(Directory.GetFiles(_folder.Keys), file => Assert.Equal(DurableFile.OwnerOnly, ModeOf(file)));
        Assert.Equal(2, Directory.GetFiles(_folder.Keys).Length);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_key_file_that_others_can_use_is_refused_with_the_remedy(UnixFileMode extra)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        var file = KeyFileOf(_folder.Ring().CurrentId);
        SetMode(file, DurableFile.OwnerOnly | extra);

        var refused = Assert.Throws<KeyRingException>(() => KeyRing.OpenOrCreate(_folder.Keys));

        Assert.Contains($"chmod 600 {file}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_folder_that_others_can_write_to_is_refused_with_the_remedy()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        _folder.Ring();
        SetMode(_folder.Keys, DurableFile.OwnerOnlyFolder | UnixFileMode.OtherWrite);

        Assert.Contains("chmod 700", Assert.Throws<KeyRingException>(() => KeyRing.OpenExisting(_folder.Keys)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_file_with_a_rotten_byte_or_a_missing_one_is_refused()
    {
        var file = KeyFileOf(_folder.Ring().CurrentId);
        var bytes = File.ReadAllBytes(file);

        bytes[7] ^= 0x80;
        File.WriteAllBytes(file, bytes);
        Assert.Contains("damaged", Assert.Throws<KeyRingException>(() => KeyRing.OpenExisting(_folder.Keys)).Message, StringComparison.Ordinal);

        File.WriteAllBytes(file, bytes[..31]);
        Assert.Contains("31 bytes", Assert.Throws<KeyRingException>(() => KeyRing.OpenExisting(_folder.Keys)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_installation_that_lost_its_keys_does_not_get_new_ones_quietly()
    {
        Assert.Contains("restore", Assert.Throws<KeyRingException>(() => KeyRing.OpenExisting(_folder.Keys)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Keys));

        File.Delete(KeyFileOf(_folder.Ring().CurrentId));
        Assert.Contains("is missing", Assert.Throws<KeyRingException>(() => KeyRing.OpenOrCreate(_folder.Keys)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crash_between_the_first_key_and_its_use_is_recovered_from()
    {
        var id = _folder.Ring().CurrentId;
        File.Delete(Path.Combine(_folder.Keys, "current"));

        Assert.Equal(id, KeyRing.OpenOrCreate(_folder.Keys).CurrentId);
    }

    [Fact]
    public void Several_keys_without_a_current_one_are_refused()
    {
        _folder.Ring().Rotate();
        File.Delete(Path.Combine(_folder.Keys, "current"));

        Assert.Contains("2 keys", Assert.Throws<KeyRingException>(() => KeyRing.OpenOrCreate(_folder.Keys)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_current_file_that_holds_something_else_is_refused()
    {
        _folder.Ring();
        File.WriteAllText(Path.Combine(_folder.Keys, "current"), "../../elsewhere");

        Assert.Contains("does not hold the id", Assert.Throws<KeyRingException>(() => KeyRing.OpenExisting(_folder.Keys)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_prints_as_its_id_only()
    {
        var key = KeyEncryptionKey.From(Encoding.ASCII.GetBytes(new string('k', 32)));

        Assert.Equal(key.Id, key.ToString());
        Assert.Matches("^kek-[0-9a-f]{8}$", key.Id);
        Assert.Equal(key.Id, KeyEncryptionKey.From(Encoding.ASCII.GetBytes(new string('k', 32))).Id);
        Assert.Throws<ArgumentException>(() => KeyEncryptionKey.From(new byte[31]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("too long")]
    public void A_context_without_a_sensible_length_is_refused(string context) =>
        Assert.Throws<ArgumentException>(() => _folder.Ring().Seal(context.Replace("too long", new string('c', 257), StringComparison.Ordinal), "x"u8));

    private string KeyFileOf(string id) => Path.Combine(_folder.Keys, id + ".key");

    private static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }
}
