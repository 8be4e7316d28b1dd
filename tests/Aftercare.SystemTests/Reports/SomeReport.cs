using System.Text.RegularExpressions;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Xunit;

namespace Aftercare.SystemTests.Reports;

/// <summary>Reports as anybody sends them.</summary>
internal static class SomeReport
{
    public static (string Name, string Value)[] Anonymous { get; } =
        [("patientHarm", "no"), ("product", "other"), ("otherProduct", "Halden pump"), ("description", "The service port takes any password."), ("identity", "anonymous"), ("source", "researcher")];

    public static (string Name, string Value)[] WithAddress { get; } =
    [
        ("patientHarm", "unknown"), ("product", "other"), ("otherProduct", "Halden pump"), ("description", "The service port takes any password."), ("source", "user"),
        ("version", "4.2.0"), ("identity", "contact"), ("name", "Rita Reporter"), ("email", "rita@finder.test"),
    ];

    /// <summary>The address that the form on this page is posted to.</summary>
    public static string ActionOf(Page form) =>
        Regex.Match(form.Html, "action=\"(/r/[A-Za-z0-9_-]{32}/send)\"") is { Success: true } found ? found.Groups[1].Value : throw new InvalidOperationException(form.Text);

    /// <summary>Opens the form, fills it in and sends it; ends on the private page.</summary>
    public static async Task<Page> Send(Visitor visitor, (string, string)[] fields, params (string Field, string Name, byte[] Bytes)[] files)
    {
        var form = await visitor.Get("/report");
        return await visitor.SendFiles(form, ActionOf(form), fields, files);
    }

    /// <summary>The private page's own address, without what the form added.</summary>
    public static string PathOf(Page own) => Regex.Match(own.Path, "^/r/[A-Za-z0-9_-]{32}").Value is { Length: > 0 } path ? path : throw new InvalidOperationException(own.Path);

    public static string NumberOn(Page page) => Regex.Match(page.Text, @"R-\d{4}-\d{4,}").Value;

    /// <summary>The desk's page of a report that stands in the inbox.</summary>
    public static async Task<Page> AtDesk(Visitor person, string number)
    {
        var register = await person.Get("/desk/register");
        var link = Regex.Match(register.Html, $"href=\"(/desk/reports/[0-9a-f-]+)\">{number}<");
        Assert.True(link.Success, $"{number} is not in the register: {register.Text}");
        return await person.Get(link.Groups[1].Value);
    }

    /// <summary>Takes a step on a report's page.</summary>
    public static Task<Page> Step(Visitor person, Page report, string step, params (string Name, string Value)[] fields) =>
        person.Send(report, $"{report.Path}/{step}", fields);

    public static async Task<Guid> Product(World world, string name)
    {
        var id = Store.NewId();
        await using var store = world.Store();
        var recorded = await store.Record(new Done("/", id), CancellationToken.None,
            Change.Begin(id, Aftercare.Products.Product.Register(Guid.NewGuid(), name, "Pumps", $"line-{id:N}"[..30], null, null, Actor.Person(Guid.NewGuid(), Role.Administrator)).Value));
        return recorded.Value.Subject;
    }
}
