using Aftercare.Channels.Events;
using Xunit;
using static Aftercare.Tests.Channels.Events.SomeEvents;

namespace Aftercare.Tests.Channels.Events;

public sealed class EventRuleTests
{
    [Fact]
    public void There_are_seven_rules_and_each_form_says_where_it_is_documented()
    {
        Assert.Equal(
            ["clock-set-back", "emergency-access", "failed-node-authentication", "failed-verification-at-site", "integrity-failure", "log-cleared", "software-changed"],
            EventRule.All.Keys);
        Assert.All(EventRule.All.Values.SelectMany(rule => rule.Sources), source => Assert.True(source.Length > 20));
    }

    [Theory]
    [InlineData("110126", "8", "failed-node-authentication")]
    [InlineData("110126", "4", "failed-node-authentication")]
    [InlineData("110126", "12", "failed-node-authentication")]
    [InlineData("110126", "0", null)]
    [InlineData("110127", "0", "emergency-access")]
    [InlineData("110127", "4", "emergency-access")]
    [InlineData("110138", "0", null)]
    [InlineData("110131", "0", "software-changed")]
    [InlineData("110130", "0", null)]
    [InlineData("110133", "0", "log-cleared")]
    [InlineData("110134", "0", null)]
    public void Security_alerts_of_DICOM_meet_the_rule_of_their_type(string type, string outcome, string? rule)
    {
        Assert.Equal(rule is null ? [] : [rule], Rules(Audit(Alert(type, outcome))));
        // The type alone is not an alert: 110114 is a user's authentication.
        Assert.Empty(Rules(Audit(Alert(type, outcome, id: "110114"))));
    }

    [Theory]
    [InlineData("node-authentication.failed", "failed-node-authentication")]
    [InlineData("emergency-access.started", "emergency-access")]
    [InlineData("integrity.failed", "integrity-failure")]
    [InlineData("software.changed", "software-changed")]
    [InlineData("clock.set-back", "clock-set-back")]
    [InlineData("log.cleared", "log-cleared")]
    [InlineData("verification.failed", "failed-verification-at-site")]
    [InlineData("verification.failed.not", null)]
    [InlineData("Verification.Failed", null)]
    public void Our_own_names_meet_their_rule_as_JSON_and_as_message_id(string name, string? rule)
    {
        Assert.Equal(rule is null ? [] : [rule], Rules(JsonOf($$"""{"event":"{{name}}"}""")));
        Assert.Equal(rule is null ? [] : [rule], Rules(Syslog($"<34>1 - ct-1 a - {name} -")));
    }

    [Theory]
    [InlineData("rsyslogd", "-", "error: peer name not authorized -  not permitted to talk to it. Names: CN: x;", "failed-node-authentication")]
    [InlineData("other", "-", "error: peer name not authorized -  not permitted to talk to it. Names: CN: x;", null)]
    [InlineData("kernel", "-", "device-mapper: verity: 254:0: data block 42 is corrupted", "integrity-failure block=42")]
    [InlineData("kernel", "-", "device-mapper: verity: 254:0: reading took long", null)]
    [InlineData("sshd", "-", "invalid user device-mapper: verity: 254:0: data block 42 is corrupted", null)]
    [InlineData("aide", "-", "AIDE found differences between database and filesystem!!", "integrity-failure")]
    [InlineData("aide", "-", "AIDE found NO differences between database and filesystem. Looks okay!!", null)]
    [InlineData("Microsoft-Windows-Security-Auditing", "[NXLOG@14506 EventID=\"5038\"]", "x", "integrity-failure event=5038")]
    [InlineData("Microsoft-Windows-Security-Auditing", "[NXLOG@14506 EventID=\"50380\"]", "x", null)]
    [InlineData("Other", "[NXLOG@14506 EventID=\"5038\"]", "x", null)]
    [InlineData("yum", "-", "Updated: openssl-1.0.2k-26.el7_9.x86_64", "software-changed version=1.0.2")]
    [InlineData("dnf", "-", "Upgraded: 1:openssl-libs-3.0.7-27.el9.x86_64", "software-changed version=3.0.7")]
    [InlineData("dnf", "-", "Metadata cache refreshed recently.", null)]
    [InlineData("MsiInstaller", "[NXLOG@14506 EventID=\"1033\"]", "x", "software-changed event=1033")]
    [InlineData("chronyd", "-", "System clock was stepped by -3600.000123 seconds", "clock-set-back seconds=-3600.000123")]
    [InlineData("chronyd", "-", "System clock was stepped by 3600.000123 seconds", null)]
    [InlineData("ntpd", "-", "time reset -1.234567 s", "clock-set-back seconds=-1.234567")]
    [InlineData("ntpd", "-", "0.0.0.0 c61c 0c clock_step -3.147226 s", "clock-set-back seconds=-3.147226")]
    [InlineData("ntpd", "-", "0.0.0.0 c61c 0c clock_step +1.576376 s", null)]
    [InlineData("ntpd", "-", "time reset +1.234567 s", null)]
    [InlineData("Microsoft-Windows-Security-Auditing", "[NXLOG@14506 EventID=\"4616\" PreviousTime=\"2026-11-22T08:00:01.000000000Z\" NewTime=\"2026-11-22T08:00:00.999999900Z\"]", "x", "clock-set-back")]
    [InlineData("Microsoft-Windows-Security-Auditing", "[NXLOG@14506 EventID=\"4616\" PreviousTime=\"2026-11-22T08:00:00Z\" NewTime=\"2026-11-22T08:00:00Z\"]", "x", null)]
    [InlineData("Microsoft-Windows-Security-Auditing", "[NXLOG@14506 EventID=\"4616\" PreviousTime=\"yesterday\" NewTime=\"2026-11-22T08:00:00Z\"]", "x", null)]
    [InlineData("Microsoft-Windows-Eventlog", "[NXLOG@14506 EventID=\"1102\"]", "The audit log was cleared.", "log-cleared event=1102")]
    [InlineData("Microsoft-Windows-Eventlog", "[NXLOG@14506 EventID=\"1105\"]", "x", null)]
    [InlineData("auditd", "-", "The audit daemon is exiting.", "log-cleared")]
    [InlineData("auditd", "-", "Audit daemon rotating log files", null)]
    public void Lines_of_common_systems_meet_their_rule_and_near_ones_do_not(string program, string data, string text, string? expected)
    {
        var signs = Syslog($"<34>1 - ct-1 {program} - - {data} {text}").Signs
            .Select(sign => string.Join(' ', sign.Taken.Select(taken => $"{taken.Key}={taken.Value}").Prepend(sign.Rule)));

        Assert.Equal(expected is null ? [] : [expected], signs);
    }

    [Fact]
    public void What_a_rule_takes_is_a_number_a_version_a_code_or_a_device_and_nothing_else()
    {
        var rule = EventRule.Read(Bytes("""
            {"rule":"all","title":"t","windowSeconds":1,"threshold":1,"forms":[{"source":"s",
             "all":[{"field":"text","matches":"n=(?<n>.*) v=(?<v>.*) c=(?<c>.*) d=(?<d>.*)"}],"take":{"n":"number","v":"version","c":"code","d":"device"}}]}
            """));
        Assert.True(EventAgreement.TryRead(Bytes(Written("").Replace("\"log-cleared\"", "\"all\"", StringComparison.Ordinal)), out var agreement, out _));
        var reader = new EventReader(agreement, Key, [rule]);
        string Taken(string text) => string.Join(' ', Assert.Single(Syslog($"<1>1 - - - - - - {text}", reader).Signs).Taken.Values);

        Assert.Equal("0x1F SN-1001 -4.5 1.2.3", Taken("n=-4.5 v=1.2.3 c=0x1F d=CT1_AE"));
        Assert.Equal(Key.Pseudonym("name", "Anna"), Taken("n=Anna v=1.2.Anna c=Anna d=Anna"));
        Assert.Equal(Key.Pseudonym("name", "x"), Taken("n=1234567890 v=1 c=1234567 d=x"));
    }

    [Theory]
    [InlineData("""{"rule":"X","title":"t","windowSeconds":1,"threshold":1,"forms":[{"source":"s","all":[{"field":"text","is":["a"]}]}]}""", "small letters")]
    [InlineData("""{"rule":"x","title":"t","windowSeconds":0,"threshold":1,"forms":[{"source":"s","all":[{"field":"text","is":["a"]}]}]}""", "window")]
    [InlineData("""{"rule":"x","title":"t","windowSeconds":1,"threshold":101,"forms":[{"source":"s","all":[{"field":"text","is":["a"]}]}]}""", "threshold")]
    [InlineData("""{"rule":"x","title":"t","windowSeconds":1,"threshold":1,"forms":[]}""", "has forms")]
    [InlineData("""{"rule":"x","title":"t","windowSeconds":1,"threshold":1,"forms":[{"source":"s","all":[{"field":"txt","is":["a"]}]}]}""", "not a field")]
    [InlineData("""{"rule":"x","title":"t","windowSeconds":1,"threshold":1,"forms":[{"source":"s","all":[{"field":"text"}]}]}""", "has not one of")]
    [InlineData("""{"rule":"x","title":"t","windowSeconds":1,"threshold":1,"forms":[{"source":"s","all":[{"field":"text","matches":"(a)\\1"}]}]}""", "cannot be used")]
    [InlineData("""{"rule":"x","title":"t","windowSeconds":1,"threshold":1,"forms":[{"source":"s","all":[{"field":"text","is":["a"]}],"take":{"n":"number"}}]}""", "nothing is matched")]
    [InlineData("""{"rule":"x","title":"t","windowSeconds":1,"threshold":1,"forms":[{"source":"s","all":[{"field":"text","matches":"(?<n>a)"}],"take":{"n":"text"}}]}""", "taken neither")]
    [InlineData("""{"rule":"x","titel":"t"}""", "not as a rule")]
    public void A_rule_that_cannot_be_meant_is_refused(string json, string why)
    {
        Assert.Contains(why, Assert.Throws<FormatException>(() => EventRule.Read(Bytes(json))).Message);
    }
}
