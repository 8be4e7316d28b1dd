using Aftercare.Channels.Events;
using Xunit;
using static Aftercare.Tests.Channels.Events.SomeEvents;

namespace Aftercare.Tests.Channels.Events;

public sealed class JsonLinesTests
{
    [Fact]
    public void A_bad_line_is_named_with_its_number_and_the_others_stand()
    {
        var readings = Reader.JsonLines(
            Bytes("""
            {"event":"log.cleared","device":{"name":"ct-1"},"at":"2026-11-22T08:00:00.1234567Z"}
            {"event":"log.cleared","event":"nothing"}

            [1]
            {"event":
            {"event":"\ud800"}
            {"event":"clock.set-back","device":{"name":"ct-2"}}
            """),
            Now).ToArray();

        Assert.Equal(["log-cleared"], Rules(Event(readings[0])));
        Assert.Equal("2026-11-22T08:00:00.1234567Z", Event(readings[0]).At!.Value.UtcDateTime.ToString("O"));
        Assert.Equal([2, 4, 5, 6], readings[1..5].Select(reading => Fault(reading).Line));
        Assert.Contains("repeated", Fault(readings[1]).Why);
        Assert.Contains("not a JSON object", Fault(readings[2]).Why);
        Assert.Equal(9, Fault(readings[3]).Position);
        Assert.Contains("Unicode", Fault(readings[4]).Why);
        Assert.Equal(("SN-1002", "clock-set-back"), (Event(readings[5]).Device, Assert.Single(Rules(Event(readings[5])))));
    }

    [Fact]
    public void Lines_too_long_too_deep_and_too_many_are_refused()
    {
        var reader = new EventReader(Widest, Key, [], new EventLimits { MostBytes = 100, MostDepth = 4, MostLines = 3 });
        var readings = reader.JsonLines(Bytes($"{{\"a\":\"{new string('x', 100)}\"}}\r\n{{\"a\":[[[[1]]]]}}\r\n{{}}\r\n{{}}\r\n{{}}"), Now).ToArray();

        Assert.Equal([1, 2, 0, 4], readings.Select(reading => reading is EventReading.Malformed bad ? bad.Fault.Line : 0));
        Assert.Contains("more than 3 lines", Fault(readings[3]).Why);
    }

    [Fact]
    public void A_place_in_an_array_and_a_number_are_values_and_an_object_is_none()
    {
        var happened = JsonOf("""{"event":{"a":1},"patients":["Anna"],"user":42,"note":null}""");

        Assert.Equal(["object.name", "user.name"], happened.Fields.Keys);
        Assert.Equal(0, happened.Dropped);
    }
}
