using Aftercare.Trust.Keys;
using Aftercare.Trust.Tuf;

namespace Aftercare.SystemTests.Updates;

/// <summary>A root that is properly signed, by other people and for another server.</summary>
internal static class ForeignRoot
{
    internal static RoleDraft Signed(bool test)
    {
        var people = new[] { "Mallory", "Moe", "Max" }.Select(name => FileKey.Create(KeyAlgorithm.EcdsaP256, name, test)).ToList();
        var online = FileKey.Create(KeyAlgorithm.EcdsaP256, "other server", test);
        var quorum = new Quorum(2, [.. people.Select(key => key.PublicKey)]);
        var draft = TufRepository.DraftFirstRoot(new RootPlan(quorum, quorum, online.PublicKey, online.PublicKey, DateTimeOffset.UtcNow.AddDays(30)));
        return draft.SignedBy(people[0]).SignedBy(people[1]);
    }
}
