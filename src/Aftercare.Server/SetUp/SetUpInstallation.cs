using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Products;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.SetUp;

/// <summary>The first day: the one-time link makes the organisation, its first legal manufacturer and its administrator.</summary>
public static class SetUpInstallation
{
    public sealed record Command(
        string Secret, string Organisation, string Zone, string Prefix, string SecurityContact, string Manufacturer, string Country, string? Srn, string Name, string Email, string Password);

    public sealed record Model(string Secret);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<SetUpPage, Model>(Face.FrontDoor, "/set-up/{secret}", Allowed.Anyone,
            (_, fields, _) => Task.FromResult<Outcome<Model>>(new Model(fields.Text("secret", 100))), openedBy: SecretPurpose.SetUp);
        app.MapForm(new Change<Command>(Face.FrontDoor, "/set-up/{secret}", Allowed.Anyone, Parse, Handle)
        {
            OpenedBy = SecretPurpose.SetUp,
            Again = (_, fields, _) => Task.FromResult<IResult>(new RazorComponentResult<SetUpPage>(new { Model = new Model(fields.Raw("secret")!) }) { StatusCode = StatusCodes.Status400BadRequest }),
        });
    }

    /// <summary>A fresh link while nobody can sign in yet; null once somebody can.</summary>
    internal static async Task<string?> Link(Stores stores, string publicUrl, CancellationToken stop)
    {
        await using var store = stores.Open(Viewer.System);
        if (await (await store.Rows<PersonRow>(stop)).AnyAsync(stop))
            return null;
        var secret = await store.IssueSecret(SecretPurpose.SetUp, Guid.Empty, store.Now.Plus(TimeSpan.FromDays(1)), stop);
        await store.SaveKept(stop);
        return $"{publicUrl}/set-up/{secret}";
    }

    private static Command Parse(Fields fields) => new(
        fields.Text("secret", 100),
        fields.Text("organisation", 200),
        fields.Text("zone", 60),
        fields.Text("prefix", 12),
        fields.Text("securityContact", 200),
        fields.Text("manufacturer", 200),
        fields.Text("country", 2),
        fields.TextOrNull("srn", 40),
        fields.Text("name", 200),
        fields.Text("email", 200),
        fields.Text("newPassword", 200, min: Accounts.MinPassword));

    private static async Task<Outcome<Done>> Handle(Store visitor, Command command, CancellationToken stop)
    {
        await using var store = visitor.As(Viewer.System);
        if (await store.FindSecret(SecretPurpose.SetUp, command.Secret, stop) is not { } secret || await (await store.Rows<PersonRow>(stop)).AnyAsync(stop))
            return Refusal.Invisible;
        if (Organisation.Found(command.Organisation, command.Zone, command.Prefix, command.SecurityContact).Refused(out var why, out var founded))
            return why;
        if (Manufacturer.Register(command.Manufacturer, command.Country, command.Srn, store.Actor).Refused(out why, out var registered))
            return why;
        var person = Store.NewId();
        await store.UseUp(secret, stop);
        await store.KeepContact(person, new Contact(command.Name, command.Email), stop);
        await store.KeepAccount(person, command.Email, command.Password, stop);
        return await store.Record(new Done("/sign-in?welcome=1", person), stop,
            Change.Begin(Store.NewId(), founded), Change.Begin(Store.NewId(), registered), Change.Begin(person, Person.Found()));
    }
}
