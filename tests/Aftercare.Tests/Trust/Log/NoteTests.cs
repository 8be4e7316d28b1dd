using System.Text;
using Aftercare.Trust.Log;
using Xunit;

namespace Aftercare.Tests.Trust.Log;

public sealed class NoteTests
{
    private static readonly NoteSigner Log = NoteSigner.FromSeed("aftercare.example/log", Seed(1));
    private static readonly NoteSigner Witness = NoteSigner.FromSeed("hospital.example/witness", Seed(2));

    // The example of the documentation of Go's golang.org/x/mod/sumdb/note.
    private const string GoText = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    private const string GoKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private const string GoNote =
        GoText + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    [Fact]
    public void A_note_signed_by_Go_verifies()
    {
        var verified = Note.Parse(Bytes(GoNote)).Verify(NoteKey.Parse(GoKey));

        Assert.Equal(GoText, verified.Text);
        Assert.Equal(["PeterNeumann"], verified.SignedBy.Select(k => k.Name));
    }

    [Fact]
    public void We_sign_the_very_bytes_that_Go_signs()
    {
        // From the example's signer key; a seed that everybody knows.
        var seed = Convert.FromBase64String("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1..];
        var signer = NoteSigner.FromSeed("PeterNeumann", seed);

        Assert.Equal(GoKey, signer.Key.ToString());
        Assert.Equal(GoNote, Note.Sign(GoText, signer).ToString());
    }

    [Fact]
    public void A_note_is_the_same_after_parsing()
    {
        var note = Note.Sign("Ognuno sta solo sul cuor della terra\n\ned è subito sera.\n", Log, Witness);

        Assert.Equal(note.ToBytes(), Note.Parse(note.ToBytes()).ToBytes());
    }

    [Fact]
    public void Every_trusted_key_that_signed_is_told()
    {
        var verified = Note.Sign("text\n", Log, Witness).Verify(Log.Key, Witness.Key);

        Assert.Equal([Log.Key, Witness.Key], verified.SignedBy);
    }

    [Fact]
    public void The_signature_of_an_unknown_witness_is_ignored() =>
        Assert.Equal([Log.Key], Note.Sign("text\n", Witness, Log).Verify(Log.Key).SignedBy);

    [Fact]
    public void A_note_that_no_trusted_key_signed_is_refused()
    {
        var refusal = Assert.Throws<UntrustedLogException>(() => Note.Sign("text\n", Witness).Verify(Log.Key));
        Assert.Equal("The note is not signed by a trusted key.", refusal.Message);
    }

    [Fact]
    public void A_note_verified_against_no_key_at_all_is_refused() =>
        Assert.Throws<UntrustedLogException>(() => Note.Sign("text\n", Log).Verify());

    [Fact]
    public void A_changed_text_is_refused()
    {
        var forged = Note.Sign("size 10\n", Log).ToString().Replace("size 10", "size 11", StringComparison.Ordinal);

        Assert.Throws<UntrustedLogException>(() => Note.Parse(Bytes(forged)).Verify(Log.Key));
    }

    [Fact]
    public void One_false_signature_of_a_trusted_key_spoils_the_note()
    {
        var other = Note.Sign("other\n", Witness).Signatures[0];
        var forged = Note.Sign("text\n", Log).ToString() + $"— {other.Name} {Convert.ToBase64String([.. Id(other.KeyId), .. other.Bytes])}\n";

        Assert.Throws<UntrustedLogException>(() => Note.Parse(Bytes(forged)).Verify(Log.Key, Witness.Key));
    }

    [Fact]
    public void A_key_with_a_trusted_name_but_another_id_is_a_stranger()
    {
        var impostor = NoteSigner.FromSeed(Log.Key.Name, Seed(9));

        Assert.Throws<UntrustedLogException>(() => Note.Sign("text\n", impostor).Verify(Log.Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— a AAAAAAA=")]
    [InlineData("text\n\n— a AAAAAAA=\n\n")]
    [InlineData("text\n\n- a AAAAAAA=\n")]
    [InlineData("text\n\n— aAAAAAAA=\n")]
    [InlineData("text\n\n— a  AAAAAAA=\n")]
    [InlineData("text\n\n—  AAAAAAA=\n")]
    [InlineData("text\n\n— a+b AAAAAAA=\n")]
    [InlineData("text\n\n— a\u00a0b AAAAAAA=\n")]
    [InlineData("text\n\n— a AAAAAA==\n")]
    [InlineData("text\n\n— a AAAAAAB=\n")]
    [InlineData("text\n\n— a AAAAAAA\n")]
    [InlineData("text\n\n— a AAAAAAA= \n")]
    [InlineData("te\rxt\n\n— a AAAAAAA=\n")]
    [InlineData("te\txt\n\n— a AAAAAAA=\n")]
    [InlineData("te\0xt\n\n— a AAAAAAA=\n")]
    public void A_malformed_note_is_refused(string note) =>
        Assert.Throws<UntrustedLogException>(() => Note.Parse(Bytes(note)));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused() =>
        Assert.Throws<UntrustedLogException>(() => Note.Parse([.. Bytes("te"), 0xff, .. Bytes("xt\n\n— a AAAAAAA=\n")]));

    [Fact]
    public void A_note_beyond_the_limits_is_refused()
    {
        var line = "— a AAAAAAA=\n";
        Assert.Equal(Note.MaxSignatures, Note.Parse(Bytes("t\n\n" + string.Concat(Enumerable.Repeat(line, Note.MaxSignatures)))).Signatures.Length);
        Assert.Throws<UntrustedLogException>(() => Note.Parse(Bytes("t\n\n" + string.Concat(Enumerable.Repeat(line, Note.MaxSignatures + 1)))));
        Assert.Throws<UntrustedLogException>(() => Note.Parse(Bytes(new string('t', Note.MaxBytes) + "\n\n" + line)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no newline")]
    [InlineData("carriage\r\n")]
    public void A_text_that_would_not_be_read_back_is_not_signed(string text) =>
        Assert.Throws<ArgumentException>(() => Note.Sign(text, Log));

    [Fact]
    public void A_note_needs_a_signer() => Assert.Throws<ArgumentException>(() => Note.Sign("text\n"));

    [Fact]
    public void A_verifier_key_is_the_same_after_parsing() =>
        Assert.Equal(Log.Key, NoteKey.Parse(Log.Key.ToString()));

    [Theory]
    [InlineData("")]
    [InlineData("PeterNeumann")]
    [InlineData("PeterNeumann+c74f20a3")]
    [InlineData("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+c74f20a3+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=")]
    [InlineData("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n")]
    public void A_malformed_verifier_key_is_refused(string key) =>
        Assert.Throws<UntrustedLogException>(() => NoteKey.Parse(key));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("a\nb")]
    [InlineData("a\u2003b")]
    public void A_key_cannot_have_a_name_that_a_note_could_not_carry(string name) =>
        Assert.Throws<ArgumentException>(() => new NoteKey(name, new byte[32]));

    internal static byte[] Seed(byte fill) => [.. Enumerable.Repeat(fill, 32)];

    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Id(uint id) => [(byte)(id >> 24), (byte)(id >> 16 & 0xff), (byte)(id >> 8 & 0xff), (byte)(id & 0xff)];
}
