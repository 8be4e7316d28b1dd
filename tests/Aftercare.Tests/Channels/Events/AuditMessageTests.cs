using Aftercare.Channels.Events;
using Xunit;
using static Aftercare.Tests.Channels.Events.SomeEvents;

namespace Aftercare.Tests.Channels.Events;

public sealed class AuditMessageTests
{
    [Fact]
    public void A_message_as_DICOM_spells_it_is_read()
    {
        var happened = Audit(Alert());

        Assert.Equal(EventFormat.AuditMessage, happened.Format);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 8, 30, 0, TimeSpan.Zero), happened.At);
        Assert.Equal(("SN-1001", true), (happened.Device, happened.DeviceIsKnown));
        string One(string field) => Assert.Single(happened.Fields[field]);
        Assert.Equal(("DCM:110113", "DCM:110126", "E", "8"), (One("event.code"), One("event.type"), One("event.action"), One("event.outcome")));
        Assert.Equal(("DCM:110150", "true", "2", "1"), (One("user.role"), One("user.requestor"), One("user.network-type"), One("source.type")));
        Assert.Equal(("1", "1", "2"), (One("object.type"), One("object.role"), One("object.id-type")));
        Assert.Equal(32, One("user.name").Length);
        Assert.DoesNotContain("object.detail", happened.Fields.Keys);
    }

    [Fact]
    public void A_message_as_RFC_3881_spells_it_is_read_too()
    {
        var happened = Audit("""
            <AuditMessage><EventIdentification EventActionCode="E" EventDateTime="2026-11-22T09:30:00.123+01:00" EventOutcomeIndicator="0">
            <EventID code="110113" codeSystemName="DCM" displayName="Security Alert"/></EventIdentification>
            <ActiveParticipant UserID="a" UserIsRequestor="false"/><ActiveParticipant UserID="b" UserIsRequestor="true"/>
            <AuditSourceIdentification AuditSourceID="ct-2" code="4"/></AuditMessage>
            """);

        Assert.Equal(["false", "true"], happened.Fields["user.requestor"]);
        Assert.Equal(2, happened.Fields["user.id"].Distinct().Count());
        Assert.Equal(("4", "SN-1002"), (Assert.Single(happened.Fields["source.type"]), happened.Device));
        Assert.Equal("2026-11-22T08:30:00.1230000Z", happened.At!.Value.UtcDateTime.ToString("O"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\ufeff")]
    public void A_message_in_syslog_is_read_with_its_envelope(string bom)
    {
        var happened = Syslog($"<85>1 2026-11-22T08:31:00Z ct-1 app 1 DICOM+RFC3881 - {bom}{Alert(source: "gateway")}\n\0");

        Assert.Equal(EventFormat.AuditMessage, happened.Format);
        Assert.Equal(("SN-1001", 8, 30), (happened.Device, happened.At!.Value.Hour, happened.At.Value.Minute));
        Assert.Equal("10", Assert.Single(happened.Fields["facility"]));
        Assert.Equal(["failed-node-authentication"], Rules(happened));
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"aaaa\">]><AuditMessage>&a;</AuditMessage>", "billion laughs")]
    [InlineData("<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><AuditMessage/>", "external entity")]
    [InlineData("<AuditMessage><EventIdentification>", "cut off")]
    [InlineData("<AuditMessage a='1' a='2'/>", "attribute twice")]
    [InlineData("<?xml version='1.0' encoding='utf-16'?><AuditMessage/>", "another encoding than it says")]
    public void Hostile_XML_is_refused(string xml, string attack)
    {
        Assert.True(Fault(Reader.Audit(Bytes(xml), Now)).Why.Contains("well-formed", StringComparison.Ordinal), attack);
    }

    [Fact]
    public void Too_much_XML_is_refused()
    {
        static string Why(string xml) => Fault(Reader.Audit(Bytes(xml), Now)).Why;
        Assert.Contains("16 deep", Why(string.Concat(Enumerable.Repeat("<AuditMessage>", 20)) + string.Concat(Enumerable.Repeat("</AuditMessage>", 20))));
        Assert.Contains("2000 elements", Why($"<AuditMessage>{string.Concat(Enumerable.Repeat("<a/>", 2_001))}</AuditMessage>"));
        Assert.Contains("32 attributes", Why($"<AuditMessage {string.Join(' ', Enumerable.Range(0, 33).Select(i => $"a{i}=''"))}/>"));
        Assert.Contains("65536 bytes", Why($"<AuditMessage>{new string(' ', 70_000)}</AuditMessage>"));
    }

    [Fact]
    public void Two_identifications_of_one_event_are_refused_as_two_readers_could_choose_differently()
    {
        const string Identified = """<EventIdentification><EventID csd-code="110113" codeSystemName="DCM"/></EventIdentification>""";
        static string Why(string inner) => Fault(Reader.Audit(Bytes($"<AuditMessage>{inner}</AuditMessage>"), Now)).Why;

        Assert.Contains("twice", Why(Identified + Identified));
        Assert.Contains("two ids", Why("<EventIdentification><EventID code='1' codeSystemName='DCM'/><EventID code='2' codeSystemName='DCM'/></EventIdentification>"));
        Assert.Contains("not identified", Why("<ActiveParticipant/>"));
        Assert.Contains("not an AuditMessage", Fault(Reader.Audit(Bytes("<Other/>"), Now)).Why);
    }

    [Fact]
    public void Participants_without_number_are_counted_and_not_kept()
    {
        var many = string.Concat(Enumerable.Repeat("<ActiveParticipant UserID='a'/>", 100));
        var happened = Audit($"<AuditMessage><EventIdentification><EventID code='110113' codeSystemName='DCM'/></EventIdentification>{many}</AuditMessage>");

        Assert.Equal((32, 68), (happened.Fields["user.id"].Length, happened.Dropped));
    }

    [Fact]
    public void A_fault_says_the_line()
    {
        Assert.Equal(3, Fault(Reader.Audit(Bytes("<AuditMessage>\n\n<EventIdentification x></AuditMessage>"), Now)).Line);
    }
}
