using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Channels.Events;
using Xunit;

namespace Aftercare.Tests.Channels.Events;

public sealed class SyslogMessageTests
{
    private const string Bom = "\ufeff";

    [Fact]
    public void The_examples_of_RFC_5424_are_read()
    {
        var first = Read($"<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - {Bom}'su root' failed for lonvick on /dev/pts/8");
        Assert.Equal((34, "mymachine.example.com", "su", null, "ID47"), (first.Priority!.Value, first.Host, first.Program, first.Process, first.MessageId));
        Assert.Equal(new DateTimeOffset(2003, 10, 11, 22, 14, 15, 3, TimeSpan.Zero), first.At);
        Assert.Equal("'su root' failed for lonvick on /dev/pts/8", Text(first));

        var second = Read("<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.");
        Assert.Equal(new DateTimeOffset(2003, 8, 24, 12, 14, 15, TimeSpan.Zero).AddMicroseconds(3), second.At);
        Assert.Equal(("8710", "%% It's time to make the do-nuts."), (second.Process, Text(second)));

        var third = Read($"""<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"] {Bom}An application event log entry...""");
        var element = Assert.Single(third.Data);
        Assert.Equal([("iut", "3"), ("eventSource", "Application"), ("eventID", "1011")], element.Parameters);
        Assert.Equal("An application event log entry...", Text(third));

        var fourth = Read("""<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"][examplePriority@32473 class="high"]""");
        Assert.Equal(["exampleSDID@32473", "examplePriority@32473"], fourth.Data.Select(data => data.Id));
        Assert.Equal("", Text(fourth));

        // §6.3.5: a space ends the structured data, and what follows is message.
        var fifth = Read("""<165>1 - - - - - [a@1 x="3"] [b@1 class="high"]""");
        Assert.Equal(("a@1", """[b@1 class="high"]"""), (Assert.Single(fifth.Data).Id, Text(fifth)));
    }

    [Theory]
    [InlineData("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.5200000Z")]
    [InlineData("1985-04-12T19:20:50.52-04:00", "1985-04-12T23:20:50.5200000Z")]
    [InlineData("2003-08-24T05:14:15.000003-07:00", "2003-08-24T12:14:15.0000030Z")]
    [InlineData("2024-02-29T00:00:00+14:00", "2024-02-28T10:00:00.0000000Z")]
    [InlineData("2003-08-24T05:14:15.000000003-07:00", null)]
    [InlineData("2003-10-11t22:14:15.003Z", null)]
    [InlineData("2003-10-11T22:14:15.003z", null)]
    [InlineData("2003-10-11T22:14:60Z", null)]
    [InlineData("2003-10-11T24:00:00Z", null)]
    [InlineData("2003-02-29T00:00:00Z", null)]
    [InlineData("0000-01-01T00:00:00Z", null)]
    [InlineData("0001-01-01T00:00:00+01:00", null)]
    [InlineData("9999-12-31T23:59:59-01:00", null)]
    [InlineData("2003-10-11T22:14:15", null)]
    [InlineData("2003-10-11T22:14:15.Z", null)]
    [InlineData("2003-10-11T22:14:15+1:00", null)]
    public void A_timestamp_is_of_the_RFC_or_a_fault_at_its_place(string timestamp, string? expected)
    {
        if (expected is null)
            Assert.Equal(6, FaultOf($"<34>1 {timestamp} h a - - -").Position);
        else
            Assert.Equal(expected, Read($"<34>1 {timestamp} h a - - -").At!.Value.UtcDateTime.ToString("O"));
    }

    [Fact]
    public void Escapes_of_structured_data_are_resolved_and_others_stand()
    {
        var message = Read("""<34>1 - - - - - [a@1 b="q\" s\\ c\] other\n ü" b="again"] m""");

        Assert.Equal([("b", "q\" s\\ c] other\\n ü"), ("b", "again")], Assert.Single(message.Data).Parameters);
    }

    [Theory]
    [InlineData("", 0, "empty")]
    [InlineData("<>1 - - - - - -", 0, "priority")]
    [InlineData("<192>1 - - - - - -", 1, "0 to 191")]
    [InlineData("<034>1 - - - - - -", 1, "0 to 191")]
    [InlineData("<1234>1 - - - - - -", 0, "priority")]
    [InlineData("<34>2 - - - - - -", 4, "version")]
    [InlineData("<34>1 - ", 8, "ends within its header")]
    [InlineData("<34>1 -  - - - -", 8, "host name is empty")]
    [InlineData("<34>1 - höst - - - -", 9, "printable ASCII")]
    [InlineData("<34>1 - - - - -", 15, "ends within its header")]
    [InlineData("<34>1 - - - - - x", 16, "neither with a hyphen")]
    [InlineData("<34>1 - - - - - -x", 17, "no space")]
    [InlineData("<34>1 - - - - - [ a@1]", 17, "name in the structured data")]
    [InlineData("<34>1 - - - - - [a b]", 20, "equals sign")]
    [InlineData("<34>1 - - - - - [a b=\"]\"]", 22, "bracket")]
    [InlineData("<34>1 - - - - - [a b=\"x]", 23, "bracket")]
    [InlineData("<34>1 - - - - - [a b=\"x", 22, "not closed")]
    [InlineData("<34>1 - - - - - [a][a]", 19, "twice")]
    [InlineData("<34>1 - - - - - [a", 17, "name in the structured data")]
    public void What_is_not_of_the_RFC_is_refused_with_its_place(string message, int position, string why)
    {
        var fault = FaultOf(message);

        Assert.Equal(position, fault.Position);
        Assert.Contains(why, fault.Why);
    }

    [Fact]
    public void A_header_longer_than_the_RFC_allows_is_refused_and_one_as_long_is_not()
    {
        Assert.Equal(255, Read($"<34>1 - {new string('h', 255)} - - - -").Host!.Length);
        Assert.Contains("255", FaultOf($"<34>1 - {new string('h', 256)} - - - -").Why);
        Assert.Contains("32", FaultOf($"<34>1 - - - - {new string('i', 33)} -").Why);
    }

    [Fact]
    public void Structured_data_without_end_is_cut_off()
    {
        Assert.Contains("64 elements", FaultOf("<34>1 - - - - - " + string.Concat(Enumerable.Range(0, 65).Select(i => $"[a{i}]"))).Why);
        Assert.Contains("256 parameters", FaultOf("<34>1 - - - - - [a" + string.Concat(Enumerable.Repeat(" b=\"\"", 257)) + "]").Why);
    }

    [Fact]
    public void A_value_that_is_not_UTF_8_is_refused()
    {
        var bytes = Encoding.Latin1.GetBytes("<34>1 - - - - - [a b=\"\xff\"]");

        Assert.Contains("UTF-8", Assert.Throws<EventFaultException>(() => SyslogMessage.Read(bytes, new EventLimits())).Fault.Why);
    }

    [Theory]
    [InlineData("<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8", "Oct 11 22:14:15", "mymachine", "su", null, "'su root' failed for lonvick on /dev/pts/8")]
    [InlineData("Use the BFG!", null, null, null, null, "Use the BFG!")]
    [InlineData("<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!", "Feb  5 17:32:18", "10.0.0.99", null, null, "Use the BFG!")]
    [InlineData("<165>Aug 24 05:34:00 CST 1987 mymachine myproc[10]: %% It's time", "Aug 24 05:34:00", "CST", null, null, "1987 mymachine myproc[10]: %% It's time")]
    [InlineData("<0>1990 Oct 22 10:52:01 TZ-6 scapegoat.dmz.example.org sched[0]: That's All Folks!", null, null, null, null, "1990 Oct 22 10:52:01 TZ-6 scapegoat.dmz.example.org sched[0]: That's All Folks!")]
    [InlineData("<30>Oct  9 22:33:20 hlfedora auditd[1787]: The audit daemon is exiting.", "Oct  9 22:33:20", "hlfedora", "auditd", "1787", "The audit daemon is exiting.")]
    [InlineData("<30>Oct  9 22:33:20 auditd: no host", "Oct  9 22:33:20", null, "auditd", null, "no host")]
    [InlineData("<30>Oct 39 22:33:20 host x: y", "Oct 39 22:33:20", "host", "x", null, "y")]
    public void A_line_of_old_is_read_as_far_as_it_can_be_recognised(
        string line, string? time, string? host, string? program, string? process, string text)
    {
        var read = Read(line);

        Assert.True(read.IsBsd);
        Assert.Null(read.At);
        Assert.Equal((time, host, program, process, text), (read.Timestamp, read.Host, read.Program, read.Process, Text(read)));
    }

    [Theory]
    [InlineData("Nov 22 09:59:00", "2026-11-22T08:59:00")]
    [InlineData("Dec 31 23:59:59", "2025-12-31T22:59:59")]
    [InlineData("Jul  1 00:00:00", "2026-06-30T23:00:00")]
    [InlineData("Nov 23 08:00:00", "2026-11-23T07:00:00")]
    [InlineData("Feb 29 12:00:00", null)]
    [InlineData("Oct 39 22:33:20", null)]
    public void A_year_is_the_last_before_the_arrival_and_only_where_a_zone_is_agreed(string time, string? expected)
    {
        var at = SomeEvents.Syslog($"<34>{time} ct-1 x: y").At;

        Assert.Equal(expected, at?.UtcDateTime.ToString("s"));
        var unagreed = new EventReader(SomeEvents.Agreement("", bsdZone: null), SomeEvents.Key, []);
        Assert.Null(SomeEvents.Syslog($"<34>{time} ct-1 x: y", unagreed).At);
    }

    [Fact]
    public async Task Another_reader_reads_a_thousand_messages_as_we_do()
    {
        // The judge splits at blanks and knows no escapes, so the messages have neither in a row.
        var random = new Random(5424);
        string Word(int most) => new([.. Enumerable.Range(0, random.Next(1, most)).Select(_ => "abcXYZ0123456789.-_"[random.Next(19)]).Prepend('w')]);
        string Some(int most) => random.Next(4) == 0 ? "-" : Word(most);
        var messages = Enumerable.Range(0, 1_000).Select(i =>
        {
            var at = SomeEvents.Now.AddSeconds(random.Next(-90_000_000, 90_000_000)).AddMilliseconds(random.Next(1_000));
            var data = string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(n => $"[{Word(10)}{n}@1 {Word(8)}=\"{Word(20)}\" z=\"{Word(5)} {Word(5)}\"]"));
            return $"<{random.Next(192)}>1 {at.ToString(random.Next(2) == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)} "
                + $"{Word(60)} {Word(40)} {Word(20)} {Word(30)} {data} {Word(9)} {Word(9)} {Some(9)}";
        }).ToArray();

        var verdict = await Oracles.Run("syslog.mjs", stdin: string.Join('\n', messages));

        Assert.Equal("", verdict.Error);
        var judged = JsonNode.Parse(verdict.Output)!.AsArray();
        Assert.Equal(messages.Length, judged.Count);
        foreach (var (message, theirs) in messages.Zip(judged))
            Assert.Equal(theirs!.ToJsonString(), JsonSerializer.Serialize(Ours(Read(message))));
    }

    private static object Ours(SyslogMessage read) => new
    {
        pri = read.Priority,
        at = read.At!.Value.ToUnixTimeMilliseconds(),
        host = read.Host,
        program = read.Program,
        process = read.Process,
        id = read.MessageId,
        data = read.Data.Select(data => new { id = data.Id, parameters = data.Parameters.ToDictionary(pair => pair.Name, pair => pair.Value) }),
        text = Text(read),
    };

    private static SyslogMessage Read(string message) => SyslogMessage.Read(Encoding.UTF8.GetBytes(message), new EventLimits());

    private static string Text(SyslogMessage message) => Encoding.UTF8.GetString(message.Message.Span);

    private static EventFault FaultOf(string message) => Assert.Throws<EventFaultException>(() => Read(message)).Fault;
}
