using System.Buffers;
using System.Diagnostics;
using System.Text;
using Aftercare.Channels.Events;
using Xunit;
using static Aftercare.Tests.Channels.Events.SomeEvents;

namespace Aftercare.Tests.Channels.Events;

/// <summary>Whatever is sent: an answer, no exception, within bounds, in time that grows as the message does.</summary>
public sealed class EventMutationTests
{
    private static readonly byte[][] Seeds =
    [
        Bytes("<165>1 2003-10-11T22:14:15.003Z ct-1 evntslog - ID47 [exampleSDID@32473 iut=\"3\" x=\"\\\"\\]\"][b c=\"ü\"] \ufeffAn application event log entry"),
        Bytes("<34>Oct 11 22:14:15 ct-1 su[12]: 'su root' failed for lonvick on /dev/pts/8"),
        Bytes("<85>1 - ct-1 app - DICOM+RFC3881 - " + Alert().ReplaceLineEndings(" ")),
        Bytes(Alert()),
        Bytes("""{"event":"log.cleared","at":"2026-11-22T08:00:00Z","device":{"name":"ct-1"},"user":"\u00e4","patients":["x"],"note":"y"}"""),
        Bytes("12 <34>1 - - - -5 <34>a\n<34>b\r\n"),
    ];

    [Fact]
    public void Two_thousand_broken_messages_are_each_answered()
    {
        var random = new Random(20261122);
        var (read, refused) = (0, 0);
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = Mutated(random, Seeds[i % Seeds.Length]);
            foreach (var reading in Reader.JsonLines(bytes, Now).Append(Reader.Syslog(bytes, Now)).Append(Reader.Audit(bytes, Now)))
            {
                if (reading is EventReading.Malformed { Fault: var fault })
                {
                    Assert.InRange(fault.Position, 0, bytes.Length + 1);
                    refused++;
                }
                else
                {
                    Assert.True(Event(reading).ToBytes().Length < 4_000 + 2 * bytes.Length);
                    read++;
                }
            }
            Framed(bytes, random);
        }
        Assert.True(read > 300 && refused > 300, $"{read} read, {refused} refused: the seeds no longer reach both");
    }

    [Theory]
    [InlineData("<34>1 - - - - - [a b=\"", "\\", "\"]")]
    [InlineData("<34>1 - - - - - ", "[", "")]
    [InlineData("<34>1 - ct-1 yum - - - Updated: ", "-1.1", "")]
    [InlineData("<34>1 - ct-1 kernel - - - ", "device-mapper: verity: data block 1", "")]
    [InlineData("<34>Oct 11 22:14:15 ", "a[", "")]
    [InlineData("{\"event\":", "[", "")]
    [InlineData("<AuditMessage ", "a='' ", "/>")]
    public void Four_times_as_much_of_the_same_takes_about_four_times_as_long(string start, string again, string end)
    {
        var reader = new EventReader(Widest, Key, EventRule.All.Values, new EventLimits { MostBytes = 1 << 20 });
        TimeSpan Time(int times)
        {
            var bytes = Bytes(start + string.Concat(Enumerable.Repeat(again, times)) + end);
            var best = TimeSpan.MaxValue;
            for (var i = 0; i < 3; i++)
            {
                var from = Stopwatch.GetTimestamp();
                _ = reader.JsonLines(bytes, Now).Append(reader.Syslog(bytes, Now)).Append(reader.Audit(bytes, Now)).Count();
                var took = Stopwatch.GetElapsedTime(from);
                best = took < best ? took : best;
            }
            return best;
        }
        Time(100);
        var (once, fourTimes) = (Time(1_000), Time(4_000));

        // Quadratic would be sixteen times; a busy machine may take a while of its own.
        Assert.True(fourTimes < once * 10 + TimeSpan.FromMilliseconds(100), $"{once} and {fourTimes}");
    }

    private static void Framed(byte[] bytes, Random random)
    {
        var frames = new SyslogFrames(new EventLimits { MostBytes = 256 });
        var (at, read) = (0, 0L);
        var end = 0;
        while (end < bytes.Length)
        {
            end = Math.Min(bytes.Length, end + random.Next(1, 200));
            var buffer = new ReadOnlySequence<byte>(bytes, at, end - at);
            while (frames.TryRead(ref buffer, out var reading))
                read += reading is FrameReading.Frame frame ? frame.Message.Length : 0;
            at = end - (int)buffer.Length;
            Assert.True(buffer.Length <= 256 + 8, "more is held than one message");
        }
        Assert.True(read <= bytes.Length);
    }

    private static byte[] Mutated(Random random, byte[] seed)
    {
        var bytes = seed.ToList();
        for (var times = random.Next(0, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, (byte)"<>[]\"\\ \n\r\0=-{}&;9"[random.Next(17)]);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 30), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)));
                    break;
                default:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(new string((char)random.Next(32, 0x2fff), random.Next(1, 40))));
                    break;
            }
            if (bytes.Count == 0)
                bytes.Add(0);
        }
        return [.. bytes];
    }
}
