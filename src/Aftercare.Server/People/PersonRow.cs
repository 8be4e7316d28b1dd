using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.People;

/// <summary>A person in the list of people: standing and roles; his name is joined from the sealed table.</summary>
public sealed class PersonRow : ViewRow
{
    public Standing Standing { get; set; }

    /// <summary>Roles in force, in enum order.</summary>
    public List<Role> Roles { get; set; } = [];

    public List<Role> Proposed { get; set; } = [];

    /// <summary>Who proposed them: somebody else grants.</summary>
    public List<string> ProposedBy { get; set; } = [];

    public List<Guid> Sites { get; set; } = [];

    /// <summary>Who stands in for him in some role.</summary>
    public List<Guid> Deputies { get; set; } = [];

    public long Since { get; set; }

    internal static View View { get; } = View.Of<Person, PersonRow>("people",
        person => [new PersonRow
        {
            Standing = person.Standing,
            Roles = [.. person.Roles.Order()],
            Proposed = [.. person.Proposals.Select(proposal => proposal.Role)],
            ProposedBy = [.. person.Proposals.Select(proposal => proposal.By)],
            Sites = [.. person.Sites],
            Deputies = [.. person.Deputies.Values.Distinct().Order()],
            Since = person.Since.Ms,
        }],
        (views, row) => views.Desk || row.Subject == views.Person,
        row => row.Property(person => person.Standing).HasConversion<string>());
}
