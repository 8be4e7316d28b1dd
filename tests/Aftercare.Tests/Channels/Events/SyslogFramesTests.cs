using System.Buffers;
using System.Text;
using Aftercare.Channels.Events;
using Xunit;

namespace Aftercare.Tests.Channels.Events;

public sealed class SyslogFramesTests
{
    [Theory]
    [InlineData("9 <34>1 - -11 <35>1 - - -", "<34>1 - -|<35>1 - - -")]
    [InlineData("<34>one\n<35>two\n", "<34>one|<35>two")]
    [InlineData("<34>one\r\n<35>two\0<36>three\n", "<34>one|<35>two|<36>three")]
    [InlineData("7 <34>one\n<35>two\n8 <36>four", "<34>one|<35>two|<36>four")]
    [InlineData("9 <34>1\n2\n3no PRI at all\n", "<34>1\n2\n3|no PRI at all")]
    public void Each_frame_says_by_its_first_octet_how_it_is_made(string sent, string expected)
    {
        Assert.Equal(expected.Split('|'), Frames(sent, sent.Length));
        // However the network cuts it.
        Assert.Equal(expected.Split('|'), Frames(sent, 1));
        Assert.Equal(expected.Split('|'), Frames(sent, 3));
    }

    [Fact]
    public void Lines_within_a_message_stay_together_where_NUL_is_agreed()
    {
        Assert.Equal(["<34>a\nb", "<34>c"], Frames("<34>a\nb\0<34>c\0", 2, new SyslogFrames(trailer: FrameTrailer.Nul)));
    }

    [Theory]
    [InlineData("12x<34>", 2, false, "not followed by a space")]
    [InlineData("12345678 <34>", 7, false, "more than 7 digits")]
    [InlineData("<34>one\n2026-11-22 a line\n<35>two\n", 12, true, "not followed by a space")]
    [InlineData("99999 ", 0, true, "more than 64 octets")]
    public void A_bad_frame_says_what_and_at_which_octet(string sent, long position, bool resumes, string why)
    {
        var frames = new SyslogFrames(new EventLimits { MostBytes = 64 });
        var buffer = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(sent));
        var bad = All(frames, ref buffer).OfType<FrameReading.Bad>().First();

        Assert.Equal((position, resumes), (bad.Position, bad.Resumes));
        Assert.Contains(why, bad.Why);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_message_over_the_limit_goes_by_without_being_held_and_the_next_one_stands(bool counted)
    {
        var huge = new string('x', 100_000);
        var sent = counted ? $"100000 {huge}7 <34>one" : $"<34>{huge}\n<34>one\n";
        var frames = new SyslogFrames(new EventLimits { MostBytes = 1_000 });
        var held = new List<byte>();
        var most = 0;
        var readings = new List<FrameReading>();
        foreach (var chunk in Encoding.ASCII.GetBytes(sent).Chunk(512))
        {
            held.AddRange(chunk);
            var buffer = new ReadOnlySequence<byte>(held.ToArray());
            readings.AddRange(All(frames, ref buffer));
            held = [.. buffer.ToArray()];
            most = Math.Max(most, held.Count);
        }

        Assert.Single(readings.OfType<FrameReading.Bad>());
        Assert.Equal("<34>one", Text(Assert.Single(readings.OfType<FrameReading.Frame>())));
        Assert.True(most <= 1_000, $"{most} bytes were held");
    }

    [Fact]
    public void Half_a_message_at_the_end_of_a_connection_is_not_a_message()
    {
        var frames = new SyslogFrames();
        var buffer = new ReadOnlySequence<byte>("<34>one\n<34>tw"u8.ToArray());

        Assert.Single(All(frames, ref buffer));
        Assert.Equal(14, frames.AtEnd(buffer)?.Position);
        Assert.Null(new SyslogFrames().AtEnd(new ReadOnlySequence<byte>("\r\n"u8.ToArray())));
    }

    [Fact]
    public void After_a_lost_count_nothing_more_is_read()
    {
        var frames = new SyslogFrames();
        var buffer = new ReadOnlySequence<byte>("12x<34>one\n<34>two\n"u8.ToArray());

        Assert.False(Assert.IsType<FrameReading.Bad>(Assert.Single(All(frames, ref buffer))).Resumes);
        Assert.True(buffer.IsEmpty);
    }

    [Fact]
    public void A_trailer_that_comes_one_octet_at_a_time_is_searched_for_once()
    {
        // 60,000 calls over a growing buffer: looked at from its start each time, they would read 1.8 billion octets.
        var sent = Encoding.ASCII.GetBytes("<34>" + new string('x', 60_000) + "\n");
        var frames = new SyslogFrames();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var length = 1; length < sent.Length; length++)
        {
            var buffer = new ReadOnlySequence<byte>(sent, 0, length);
            Assert.False(frames.TryRead(ref buffer, out _));
        }
        var whole = new ReadOnlySequence<byte>(sent);

        Assert.True(frames.TryRead(ref whole, out _));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"{clock.Elapsed}");
    }

    private static List<string> Frames(string sent, int chunk, SyslogFrames? frames = null)
    {
        frames ??= new SyslogFrames();
        var held = new List<byte>();
        var texts = new List<string>();
        foreach (var bytes in Encoding.UTF8.GetBytes(sent).Chunk(chunk))
        {
            held.AddRange(bytes);
            var buffer = Segmented(held.ToArray());
            texts.AddRange(All(frames, ref buffer).Select(reading => Text(Assert.IsType<FrameReading.Frame>(reading))));
            held = [.. buffer.ToArray()];
        }
        Assert.Null(frames.AtEnd(new ReadOnlySequence<byte>(held.ToArray())));
        return texts;
    }

    private static List<FrameReading> All(SyslogFrames frames, ref ReadOnlySequence<byte> buffer)
    {
        var readings = new List<FrameReading>();
        while (frames.TryRead(ref buffer, out var reading))
            readings.Add(reading);
        return readings;
    }

    private static string Text(FrameReading.Frame frame) => Encoding.UTF8.GetString(frame.Message.ToArray());

    // Two segments, as a pipe gives them.
    private static ReadOnlySequence<byte> Segmented(byte[] bytes)
    {
        var first = new Segment(bytes.AsMemory(0, bytes.Length / 2), 0);
        var second = first.Then(bytes.AsMemory(bytes.Length / 2));
        return new(first, 0, second, second.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long at) => (Memory, RunningIndex) = (memory, at);

        public Segment Then(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
