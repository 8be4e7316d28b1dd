using System.Text;
using System.Text.Json.Nodes;
using Aftercare.Json;
using Aftercare.Ledger;
using Xunit;

namespace Aftercare.Tests.Ledger;

public sealed class EntryTests
{
    private static readonly Guid Subject = new("018f0000-0000-7000-8000-000000000001");
    private static readonly byte[] Random = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
    private static readonly EntryHead Head = new(Subject, 1, "person/018f0000-0000-7000-8000-000000000002", Role.Lead, new Instant(1772445600000), "request-7");

    [Kind("note.taken", version: 2)]
    private sealed record Taken(string Text, string? Author) : Event;

    /// <summary>How the same event was written before authors were asked for.</summary>
    [Kind("note.taken")]
    private sealed record TakenOnce(string Words) : Event;

    private static readonly KindTable Once = new([typeof(TakenOnce)], []);

    private static readonly KindTable Today = new([typeof(Taken)],
        [new Upcaster("note.taken", 1, body => new JsonObject { ["text"] = body["words"]?.DeepClone() })]);

    [Fact]
    public void An_entry_is_exactly_these_bytes()
    {
        var entry = Entry.Write(Head, new Taken("Größe → 3 µm", null), null, Random, Today);

        Assert.Equal(
            """{"actor":"person/018f0000-0000-7000-8000-000000000002","at":1772445600000,"body":{"text":"Größe → 3 µm"},"cause":"request-7","format":"aftercare-entry/1","kind":"note.taken/2","random":"AAECAwQFBgcICQoLDA0ODw","role":"lead","subject":"018f0000-0000-7000-8000-000000000001","version":1}""",
            Encoding.UTF8.GetString(entry.Bytes.Span));
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        var signature = new Signature("Ada Lovelace", "Approval of closure", new Instant(1772445600001), Entry.DigestOf(Subject, 1, Some.Events.First()));
        var written = Entry.Write(Head, Some.Events.First(), signature, Random);

        var read = Entry.Read(written.Bytes);

        Assert.Equal((written.Head, written.Kind, written.Signature), (read.Head, read.Kind, read.Signature));
        Assert.Equal(CanonicalBody(written), CanonicalBody(read));
    }

    [Fact]
    public void An_old_body_is_read_in_todays_shape_and_its_bytes_stay()
    {
        var old = Entry.Write(Head, new TakenOnce("Valve sticks"), null, Random, Once);

        var read = Entry.Read(old.Bytes, Today);

        Assert.Equal(new Taken("Valve sticks", null), read.Event);
        Assert.Equal("note.taken/1", read.Kind);
        Assert.Equal(old.Bytes.ToArray(), read.Bytes.ToArray());
    }

    [Fact]
    public void A_body_newer_than_the_program_is_refused()
    {
        var newer = Entry.Write(Head, new Taken("Valve sticks", null), null, Random, Today);

        var fault = Assert.Throws<LedgerCorruptException>(() => Entry.Read(newer.Bytes, Once));

        Assert.Contains("note.taken/2", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Entry.MaxBodyBytes, true)]
    [InlineData(Entry.MaxBodyBytes + 1, false)]
    public void A_body_has_at_most_48_KiB(int bytes, bool allowed)
    {
        var body = new Taken(new string('x', bytes - """{"text":""}""".Length), null);

        if (allowed)
            Assert.Equal(body, Entry.Read(Entry.Write(Head, body, null, Random, Today).Bytes, Today).Event);
        else
            Assert.Contains($"{bytes} bytes", Assert.Throws<ArgumentException>(() => Entry.Write(Head, body, null, Random, Today)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_takes_16_random_bytes() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Entry.Write(Head, new Taken("x", null), null, new byte[15], Today));

    [Theory]
    [InlineData("\"format\":\"aftercare-entry/1\"", "\"format\":\"aftercare-entry/9\"")]
    [InlineData("\"kind\":\"note.taken/2\"", "\"kind\":\"note.lost/1\"")]
    [InlineData("\"kind\":\"note.taken/2\"", "\"kind\":\"note.taken\"")]
    [InlineData("\"role\":\"lead\"", "\"role\":\"emperor\"")]
    [InlineData("\"role\":\"lead\"", "\"role\":2")]
    [InlineData("\"version\":1", "\"version\":1.5")]
    [InlineData("\"version\":1", "\"version\":1,\"version\":2")]
    [InlineData("\"cause\":\"request-7\",", "")]
    [InlineData("{\"text\":\"x\"}", "{\"text\":\"x\",\"more\":1}")]
    [InlineData("{\"text\":\"x\"}", "{\"text\":7}")]
    [InlineData("{\"text\":\"x\"}", "[]")]
    [InlineData("{\"text\":\"x\"}", "null")]
    [InlineData("\"kind\":\"note.taken/2\"", "\"kind\":null")]
    [InlineData("\"cause\":\"request-7\"", "\"cause\":null")]
    [InlineData("\"at\":1772445600000", "\"at\":null")]
    [InlineData("\"subject\":\"018f", "\"subject\":\"zz8f")]
    [InlineData("{\"actor\"", "{{\"actor\"")]
    public void Corrupt_bytes_are_never_read_as_an_entry(string part, string instead)
    {
        var text = Encoding.UTF8.GetString(Entry.Write(Head, new Taken("x", null), null, Random, Today).Bytes.Span);
        Assert.Contains(part, text, StringComparison.Ordinal);

        Assert.Throws<LedgerCorruptException>(() => Entry.Read(Encoding.UTF8.GetBytes(text.Replace(part, instead, StringComparison.Ordinal)), Today));
    }

    [Fact]
    public void A_truncated_entry_is_never_read()
    {
        var bytes = Entry.Write(Head, new Taken("x", null), null, Random, Today).Bytes;

        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<LedgerCorruptException>(() => Entry.Read(bytes[..length], Today));
    }

    [Fact]
    public void A_signature_binds_subject_version_kind_and_body()
    {
        var happened = Some.Events.First();
        var digest = Entry.DigestOf(Subject, 1, happened);

        Assert.Matches("^[0-9a-f]{64}$", digest);
        Assert.Equal(digest, Entry.DigestOf(Subject, 1, happened));
        Assert.Distinct([digest, Entry.DigestOf(Some.Id("other"), 1, happened), Entry.DigestOf(Subject, 2, happened), .. Some.Events.Skip(1).Select(other => Entry.DigestOf(Subject, 1, other))]);
    }

    private static string CanonicalBody(Entry entry) => Encoding.UTF8.GetString(CanonicalJson.Rfc8785(StrictJson.Parse(entry.Bytes).GetProperty("body")));
}
