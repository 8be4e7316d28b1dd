using System.Collections.Immutable;
using System.Text;
using Aftercare.Channels.Events;
using Xunit;

namespace Aftercare.Tests.Channels.Events;

/// <summary>A site, its agreement and what its devices send.</summary>
internal static class SomeEvents
{
    public static DateTimeOffset Now { get; } = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    public static SiteKey Key { get; } = new("S-0001", Enumerable.Repeat((byte)7, 32).ToArray());

    /// <summary>As much as can be agreed: every field in the widest way that its nature allows.</summary>
    public static EventAgreement Widest { get; } = Agreement(string.Join(',', EventField.All.Where(field => field.Nature != FieldNature.Text)
        .Select(field => Field(field.Name, field.Nature == FieldNature.Person ? "pseudonym" : "asIs"))
        .Append(Field("sd:origin/ip", "asIs"))));

    public static EventReader Reader { get; } = new(Widest, Key, EventRule.All.Values);

    public static string Field(string name, string passes, params string[] words) =>
        $$"""{"field":"{{name}}","passes":"{{passes}}","words":[{{string.Join(',', words.Select(word => $"\"{word}\""))}}]}""";

    public static string Written(string fields, string? bsdZone = "+01:00") => $$"""
        {
          "site": "S-0001",
          "fields": [{{fields}}],
          "devices": [{"device": "SN-1001", "names": ["ct-1", "CT1_AE"]}, {"device": "SN-1002", "names": ["ct-2"]}],
          "deviceFrom": ["source.id", "host"],
          "rules": [{{string.Join(',', EventRule.All.Keys.Select(id => $"\"{id}\""))}}],
          "json": {"/event": "event.name", "/at": "event.at", "/device/name": "host", "/user": "user.name", "/patients/0": "object.name", "/note": "text"},
          "bsdZone": {{(bsdZone is null ? "null" : $"\"{bsdZone}\"")}}
        }
        """;

    public static EventAgreement Agreement(string fields, string? bsdZone = "+01:00")
    {
        Assert.True(EventAgreement.TryRead(Encoding.UTF8.GetBytes(Written(fields, bsdZone)), out var agreement, out var faults), string.Join('\n', faults));
        return agreement;
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static SecurityEvent Syslog(string message, EventReader? reader = null) => Event((reader ?? Reader).Syslog(Bytes(message), Now));

    public static SecurityEvent Audit(string xml) => Event(Reader.Audit(Bytes(xml), Now));

    public static SecurityEvent JsonOf(string line) => Event(Assert.Single(Reader.JsonLines(Bytes(line), Now)));

    public static SecurityEvent Event(EventReading reading) => Assert.IsType<EventReading.Read>(reading).Event;

    public static EventFault Fault(EventReading reading) => Assert.IsType<EventReading.Malformed>(reading).Fault;

    public static ImmutableArray<string> Rules(SecurityEvent happened) => [.. happened.Signs.Select(sign => sign.Rule)];

    /// <summary>A security alert as DICOM spells it, with everything that a message of PS3.15 A.5 can say.</summary>
    public static string Alert(
        string type = "110126", string outcome = "8", string at = "2026-11-22T08:30:00Z", string source = "CT1_AE", string user = "mueller", string id = "110113") => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <AuditMessage>
          <EventIdentification EventActionCode="E" EventDateTime="{at}" EventOutcomeIndicator="{outcome}">
            <EventID csd-code="{id}" codeSystemName="DCM" originalText="Security Alert"/>
            <EventTypeCode csd-code="{type}" codeSystemName="DCM" originalText="Something"/>
          </EventIdentification>
          <ActiveParticipant UserID="{user}" UserName="Anna Mueller" UserIsRequestor="true" NetworkAccessPointID="10.1.2.3" NetworkAccessPointTypeCode="2">
            <RoleIDCode csd-code="110150" codeSystemName="DCM" originalText="Application"/>
          </ActiveParticipant>
          <AuditSourceIdentification AuditSourceID="{source}" AuditEnterpriseSiteID="West"><AuditSourceTypeCode csd-code="1"/></AuditSourceIdentification>
          <ParticipantObjectIdentification ParticipantObjectID="P-4711" ParticipantObjectTypeCode="1" ParticipantObjectTypeCodeRole="1">
            <ParticipantObjectIDTypeCode csd-code="2" codeSystemName="RFC-3881" originalText="Patient Number"/>
            <ParticipantObjectName>Berta Schmidt</ParticipantObjectName>
            <ParticipantObjectDetail type="note" value="QmVydGE="/>
          </ParticipantObjectIdentification>
        </AuditMessage>
        """;
}
