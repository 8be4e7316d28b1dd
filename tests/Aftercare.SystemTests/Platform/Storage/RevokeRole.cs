using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Components.Rendering;

namespace Aftercare.SystemTests.Platform.Storage;

/// <summary>The smallest slice that changes an existing subject: takes a role away. For trying store and doors; the product has its own.</summary>
internal static class RevokeRole
{
    public const string Action = "/desk/try/revoke";

    public sealed record Command(Guid Person, int Seen, Role Role, string Reason);

    public sealed record Model(Guid Person, int Version, Guid Nonce);

    public static void Map(WebApplication app)
    {
        app.MapPage<FormPage, Model>(Face.Desk, "/try/{person}", Allowed.Desk, Load);
        app.Map(new Change<Command>(Face.Desk, "/try/revoke", Allowed.Desk, Parse, Handle));
    }

    public static string PageOf(Guid person) => $"/desk/try/{person:D}";

    private static Command Parse(Fields fields) => new(fields.Id("person"), fields.Seen(), fields.OneOf<Role>("role"), fields.Text("reason", 200));

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop) =>
        await store.Find<Person>(fields.Id("person"), stop) is { } person ? new Model(person.Id, person.Version, Store.NewId()) : Refusal.Invisible;

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Person>(command.Person, command.Seen, stop)).Refused(out var why, out var person))
            return why;
        if (person.RevokeRole(command.Role, command.Reason, store.Actor).Refused(out why, out var revoked))
            return why;
        return await store.Record(new Done(PageOf(person.Id), person.Id), stop, Change.To(person, revoked));
    }

    public sealed class FormPage : ComponentBase
    {
        [Parameter] public Model Model { get; set; } = null!;

        [CascadingParameter] private HttpContext Context { get; set; } = null!;

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenComponent<StepForm>(0);
            builder.AddComponentParameter(1, nameof(StepForm.Action), Action);
            builder.AddComponentParameter(2, nameof(StepForm.Seen), Model.Version);
            builder.AddComponentParameter(3, nameof(StepForm.Nonce), Model.Nonce);
            builder.AddComponentParameter(4, nameof(StepForm.Button), "Revoke");
            builder.CloseComponent();
            // Pages have a frame that says it.
            if (Context.Features.Get<Refill>() is { } refill)
                builder.AddContent(5, $"{refill.Why.Code}: {refill.Why.Reason}");
        }
    }
}
