using Aftercare.Audits;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Demo;

internal sealed partial class DemoStory
{
    private async Task AnAuditorIsLetIn()
    {
        await using var quality = firm.As("Quality");
        var id = Store.NewId();
        var terms = new AuditEvent.Announced(
            await quality.Number("A", TimeZoneInfo.Utc, stop), "Surveillance audit (demo)", AuditBody.NotifiedBody, "A notified body", firm.ViewerOf("Auditor").Person!.Value,
            quality.Now, quality.Now.Plus(Audit.Longest), [], Readiness: false, LogSize: null);
        await Record(quality, Change.Begin(id, Audit.Announce(terms, quality.Now, quality.Actor).Value));
        await using var administrator = firm.As("Administrator");
        var audit = (await administrator.Find<Audit>(id, stop))!;
        await Record(administrator, Change.To(audit, audit.Open(administrator.Actor).Value));
    }
}
