using System.Reflection;
using System.Text;
using Aftercare.Channels.Events;
using Xunit;
using static Aftercare.Tests.Channels.Events.SomeEvents;

namespace Aftercare.Tests.Channels.Events;

/// <summary>Names of patients and staff are never stored: a name is planted wherever a message can hold one, and searched for in what leaves.</summary>
public sealed class EventAgreementTests
{
    private const string Name = "Muellerhuber", InBase64 = "TXVlbGxlcmh1YmVy";

    // The name goes where the @ stand.
    private const string InSyslog =
        "<34>1 2026-11-22T08:00:00Z @ @ @ @ [@ a=\"b\"][b @=\"c\"][origin ip=\"@\"][NXLOG@14506 EventID=\"@\"] @ did it";

    private const string InJson = """{"event":"@","at":"@","device":{"name":"@"},"user":"@","patients":["@"],"note":"@","@":"@","deep":{"@":["@"]}}""";

    private const string InXml =
        """
        <?@ @?><!-- @ --><AuditMessage @="@"><EventIdentification EventActionCode="@" EventDateTime="@" EventOutcomeIndicator="@">
        <EventID csd-code="@" codeSystemName="DCM" originalText="@"/><EventTypeCode csd-code="110126" codeSystemName="@" displayName="@"/></EventIdentification>
        <ActiveParticipant UserID="@" AlternativeUserID="@" UserName="@" UserIsRequestor="@" NetworkAccessPointID="@" NetworkAccessPointTypeCode="@">
        <RoleIDCode csd-code="@" codeSystemName="DCM"/></ActiveParticipant>
        <AuditSourceIdentification AuditSourceID="@" AuditEnterpriseSiteID="@"><AuditSourceTypeCode csd-code="@"/></AuditSourceIdentification>
        <ParticipantObjectIdentification ParticipantObjectID="@" ParticipantObjectTypeCode="@" ParticipantObjectTypeCodeRole="@"
         ParticipantObjectDataLifeCycle="@" ParticipantObjectSensitivity="@">
        <ParticipantObjectIDTypeCode csd-code="@" codeSystemName="@" originalText="@"/><ParticipantObjectName>@</ParticipantObjectName>
        <ParticipantObjectQuery>TXVlbGxlcmh1YmVy</ParticipantObjectQuery><ParticipantObjectDetail type="@" value="TXVlbGxlcmh1YmVy"/>
        <ParticipantObjectDescription>@</ParticipantObjectDescription></ParticipantObjectIdentification><@/><![CDATA[@]]></AuditMessage>
        """;

    public static TheoryData<string> Messages { get; } = new(
    [
        .. Planted(InSyslog),
        "<34>1 2026-11-22T08:00:00Z ct-1 aide 1 - - AIDE found differences between database and filesystem of Muellerhuber",
        "<34>1 2026-11-22T08:00:00Z ct-1 kernel 1 - - device-mapper: verity: Muellerhuber: data block 42 is corrupted",
        "<34>1 2026-11-22T08:00:00Z ct-1 yum 1 - - Updated: Muellerhuber-1.2.3-Muellerhuber",
        "<34>Oct 11 22:14:15 Muellerhuber su: x", "<34>Oct 11 22:14:15 ct-1 Muellerhuber: x", "<34>Oct 11 22:14:15 ct-1 su[Muellerhuber]: x",
        "<34>Oct 11 22:14:15 ct-1 su: Muellerhuber", "Muellerhuber", "<34>Muellerhuber",
        // As faults of each kind.
        "<34>1 Muellerhuber - - - - -", "<34>1 - - - - - [a Muellerhuber=\"]\"]", "<34>1 - - - - - Muellerhuber", "<Muellerhuber>", "<34>1 - Muellerhübr - - - -",
    ]);

    public static TheoryData<string> Documents { get; } = new(
    [
        .. Planted(InXml, other: "x"),
        "<Muellerhuber/>", "<AuditMessage><Muellerhuber></AuditMessage>", "<!DOCTYPE Muellerhuber><AuditMessage/>", "<AuditMessage>&Muellerhuber;</AuditMessage>",
    ]);

    public static TheoryData<string> Lines { get; } = new(
    [
        .. Planted(InJson, other: "x"),
        """{"event":Muellerhuber}""", """{"Muellerhuber":1,"Muellerhuber":2}""", "Muellerhuber", """{"user":"\u004duellerhuber"}""",
    ]);

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_name_in_a_syslog_message_does_not_leave(string message) => Silent(Reader.Syslog(Bytes(message), Now));

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_name_in_an_audit_message_does_not_leave(string xml)
    {
        Silent(Reader.Audit(Bytes(xml), Now));
        Silent(Reader.Syslog(Bytes("<85>1 - ct-1 app - DICOM+RFC3881 - " + xml), Now));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_name_in_a_JSON_line_does_not_leave(string line) => Silent(Assert.Single(Reader.JsonLines(Bytes(line), Now)));

    [Fact]
    public void The_names_stand_in_messages_that_are_read()
    {
        Assert.All(Planted(InSyslog), message => Event(Reader.Syslog(Bytes(message), Now)));
        Assert.All(Planted(InXml, other: "x"), xml => Event(Reader.Audit(Bytes(xml), Now)));
        Assert.All(Planted(InJson, other: "x"), line => JsonOf(line));
    }

    [Fact]
    public void There_is_no_way_to_an_event_but_an_agreement()
    {
        const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

        Assert.All(typeof(SecurityEvent).GetConstructors(Everything), constructor => Assert.True(constructor.IsPrivate));
        Assert.DoesNotContain(typeof(SecurityEvent).GetProperties(Everything), property => property.CanWrite);
        Assert.Contains(typeof(EventAgreement), typeof(SecurityEvent).GetMethod("Agreed", Everything)!.GetParameters().Select(parameter => parameter.ParameterType));
        Assert.All(
            new[] { typeof(SyslogMessage), typeof(AuditMessage), typeof(JsonLine), typeof(RawEvent) }, type => Assert.False(type.IsPublic, type.Name));
        // A record could be copied with another field.
        Assert.Null(typeof(SecurityEvent).GetMethod("<Clone>$", Everything));
    }

    [Fact]
    public void What_nobody_agreed_to_is_dropped_and_counted()
    {
        var reader = new EventReader(Agreement(""), Key, []);
        var happened = Syslog("<34>1 2026-11-22T08:00:00Z ct-1 su 7 ID47 [a@1 b=\"c\"] text", reader);

        Assert.Empty(happened.Fields);
        Assert.Empty(happened.Signs);
        Assert.Equal(8, happened.Dropped);
    }

    [Fact]
    public void A_word_passes_only_where_the_agreement_lists_it()
    {
        var reader = new EventReader(Agreement(Field("program", "asIs", "su", "sshd") + "," + Field("host", "pseudonym")), Key, []);

        Assert.Equal(["su"], Syslog("<34>1 - ct-1 su - - -", reader).Fields["program"]);
        Assert.DoesNotContain("program", Syslog("<34>1 - ct-1 mueller - - -", reader).Fields.Keys);
        Assert.Equal(32, Assert.Single(Syslog("<34>1 - ct-1 su - - -", reader).Fields["host"]).Length);
    }

    [Fact]
    public void A_pseudonym_is_the_same_in_every_field_of_a_site_and_another_elsewhere()
    {
        var here = Audit(Alert(user: "Anna Mueller"));
        var there = Key.Pseudonym("person", "Anna Mueller");

        Assert.Equal(here.Fields["user.id"], here.Fields["user.name"]);
        Assert.Equal([there], here.Fields["user.id"]);
        Assert.NotEqual(there, new SiteKey("S-0002", Enumerable.Repeat((byte)7, 32).ToArray()).Pseudonym("person", "Anna Mueller"));
        Assert.NotEqual(there, new SiteKey("S-0001", Enumerable.Repeat((byte)8, 32).ToArray()).Pseudonym("person", "Anna Mueller"));
        Assert.NotEqual(there, Key.Pseudonym("name", "Anna Mueller"));
    }

    [Fact]
    public void A_key_that_could_be_guessed_or_is_anothers_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new SiteKey("S-0001", new byte[31]));
        Assert.Throws<ArgumentException>(() => new EventReader(Widest, new SiteKey("S-0002", new byte[32]), []));
    }

    [Fact]
    public void A_device_that_nobody_knows_is_a_pseudonym_and_one_that_does_not_name_itself_is_unnamed()
    {
        var stranger = Syslog("<34>1 - frau-mueller-pc su - - -");

        Assert.Equal((32, false), (stranger.Device.Length, stranger.DeviceIsKnown));
        Assert.Equal("unnamed", Syslog("<34>1 - - su - - -").Device);
    }

    [Fact]
    public void A_rule_that_the_site_did_not_agree_to_does_not_look()
    {
        var written = Written("").Replace("\"log-cleared\"", "\"no-such-rule\"", StringComparison.Ordinal);
        Assert.True(EventAgreement.TryRead(Bytes(written), out var agreement, out _));

        Assert.Empty(Syslog("<34>1 - ct-1 a - log.cleared -", new EventReader(agreement, Key, EventRule.All.Values)).Signs);
        Assert.NotEmpty(Syslog("<34>1 - ct-1 a - log.cleared -", new EventReader(Agreement(""), Key, EventRule.All.Values)).Signs);
    }

    [Theory]
    [InlineData("user.name", "asIs", "identifies a person")]
    [InlineData("object.id", "asIs", "identifies a person")]
    [InlineData("user.network", "asIs", "identifies a person")]
    [InlineData("text", "pseudonym", "free text")]
    [InlineData("object.detail", "asIs", "free text")]
    [InlineData("event.at", "asIs", "not a field")]
    [InlineData("sd:x", "asIs", "not a field")]
    [InlineData("host", "plain", "neither asIs")]
    public void An_agreement_cannot_give_away_what_must_not_pass(string field, string passes, string why)
    {
        Assert.False(EventAgreement.TryRead(Bytes(Written(Field(field, passes, "x"))), out _, out var faults));
        Assert.Contains(why, Assert.Single(faults));
    }

    [Theory]
    [InlineData("{", "Line 1")]
    [InlineData("{\"site\":\"S\"}", "not as an agreement")]
    [InlineData("null", "no content")]
    public void What_is_not_an_agreement_is_refused(string json, string why)
    {
        Assert.False(EventAgreement.TryRead(Bytes(json), out _, out var faults));
        Assert.Contains(why, Assert.Single(faults));
    }

    [Fact]
    public void Every_fault_of_an_agreement_is_told_at_once()
    {
        var written = Written(Field("nothing", "asIs") + "," + Field("host", "asIs") + "," + Field("host", "asIs"), "CET")
            .Replace("\"ct-2\"", "\"ct-1\"", StringComparison.Ordinal).Replace("\"/note\"", "\"note\"", StringComparison.Ordinal);

        Assert.False(EventAgreement.TryRead(Bytes(written), out _, out var faults));
        Assert.Equal(5, faults.Length);
    }

    [Fact]
    public void The_same_event_is_the_same_bytes()
    {
        Assert.Equal(Audit(Alert()).ToBytes(), Audit(Alert()).ToBytes());
        Assert.Equal(Audit(Alert()).Fingerprint, Audit(Alert()).Fingerprint);
        Assert.NotEqual(Audit(Alert()).Fingerprint, Audit(Alert(user: "b")).Fingerprint);
    }

    private static void Silent(EventReading reading)
    {
        var left = reading switch
        {
            EventReading.Read read => Encoding.UTF8.GetString(read.Event.ToBytes()) + read.Event.Device,
            EventReading.Malformed bad => bad.Fault.ToString(),
            _ => throw new InvalidOperationException(),
        };
        Assert.DoesNotContain(Name, left, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(InBase64, left, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString(Bytes(Name)), left, StringComparison.OrdinalIgnoreCase);
    }

    // The name at each of the places alone, and at all of them together.
    private static IEnumerable<string> Planted(string pattern, string other = "-")
    {
        var parts = pattern.ReplaceLineEndings(" ").Split('@');
        // "@" is also a character of an id.
        bool IsPlace(int i) => !parts[i].EndsWith("NXLOG", StringComparison.Ordinal);
        for (var planted = -1; planted < parts.Length - 1; planted++)
        {
            var text = new StringBuilder(parts[0]);
            for (var i = 0; i < parts.Length - 1; i++)
                text.Append(!IsPlace(i) ? "@" : i == planted || planted < 0 ? Name : other).Append(parts[i + 1]);
            yield return text.ToString();
        }
    }
}
