using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.SignOn;
using Aftercare.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.People;

/// <summary>What the use cases around people share.</summary>
internal static class PeopleDesk
{
    /// <value>7 days.</value>
    public static readonly TimeSpan InvitationLife = TimeSpan.FromDays(7);

    /// <summary>The rule under which nobody else decides who is administrator.</summary>
    public const string Administrators = "person.administrators";

    public static ImmutableArray<Role> Granters { get; } = [Role.Administrator, Role.Quality];

    public static ImmutableArray<Role> Inviters { get; } = [Role.Administrator, Role.Publisher];

    public static string Of(Role role) => role switch
    {
        Role.Quality => "Quality (QA/RA)",
        Role.Safety => "Clinical safety",
        Role.Support => "Support clerk",
        Role.Service => "Service engineer",
        Role.Importer => "Import of lists by file",
        Role.Operator => "Site operator",
        Role.MailGateway => "Mail server (hands over bounces)",
        _ => Words.Plain(role),
    };

    public static ChoiceOption Choice(Role role) => new(Words.Of(role), Of(role));

    /// <summary>All sites by name, for choosing.</summary>
    public static async Task<List<ChoiceOption>> Sites(Store store, CancellationToken stop) =>
        [.. (await (await store.Rows<SiteRow>(stop)).OrderBy(row => row.Name).Select(row => new { row.Subject, row.Name, row.Country }).ToListAsync(stop))
            .Select(row => new ChoiceOption(row.Subject.ToString("D"), $"{row.Name}, {row.Country}"))];

    /// <summary>What is wrong when one of these is not a site; null when all are.</summary>
    public static async Task<Refusal?> Unknown(Store store, ImmutableArray<Guid> sites, CancellationToken stop)
    {
        var asked = sites.ToList();
        return await (await store.Rows<SiteRow>(stop)).CountAsync(row => asked.Contains(row.Subject), stop) == asked.Count
            ? null
            : Refusal.Malformed("sites", "One of these is not a site.");
    }

    /// <summary>The tokens of somebody whose rights end: all of them, or those that he had to give by one role. Their secrets open nothing as soon as it is recorded.</summary>
    public static async Task<Outcome<ImmutableArray<Change>>> EndTokens(Store store, Guid owner, Role? role, string reason, CancellationToken stop)
    {
        var rows = await (await store.Rows<TokenRow>(stop)).Where(row => row.Owner == owner && row.Stage == TokenStage.Issued).ToListAsync(stop);
        var changes = ImmutableArray.CreateBuilder<Change>();
        foreach (var row in rows.Where(row => role is null || row.Scope.Any(scope => Token.GivenBy(scope).Contains(role.Value))))
        {
            if (await store.Find<Token>(row.Subject, stop) is not { } token)
                continue;
            if (token.Revoke(reason, store.Actor).Refused(out var why, out var revoked))
                return why;
            await store.UseUpAll(SecretPurpose.Token, token.Id, stop);
            changes.Add(Change.To(token, revoked));
        }
        return changes.ToImmutable();
    }

    /// <summary>Refuses what would leave nobody to set up people, or nobody who can come in without the provider of single sign-on. Call it before the decision is recorded, in its transaction.</summary>
    public static async Task<Refusal?> LastAdministrator(Store store, Guid person, CancellationToken stop)
    {
        await store.Alone(Administrators, stop);
        if (await (await store.Rows<SignOnSettingsRow>(stop)).AnyAsync(row => row.BreakGlass == person, stop))
            return Refusal.State("person.break-glass", "This administrator keeps the way in beside single sign-on. Name another one there first.");
        var administrators = (await (await store.Rows<PersonRow>(stop)).Where(row => row.Standing == Standing.Active).ToListAsync(stop))
            .Where(row => row.Roles.Contains(Role.Administrator)).Select(row => row.Subject).ToList();
        return administrators is [var only] && only == person
            ? Refusal.State("person.last-administrator", "This is the only administrator. Make another one first.")
            : null;
    }
}
