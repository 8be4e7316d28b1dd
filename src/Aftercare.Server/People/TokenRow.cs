using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.People;

/// <summary>A machine's token in its owner's list.</summary>
public sealed class TokenRow : ViewRow
{
    public Guid Owner { get; set; }
    public string Name { get; set; } = "";
    public List<Role> Scope { get; set; } = [];
    public long IssuedAt { get; set; }
    public long ExpiresAt { get; set; }
    public TokenStage Stage { get; set; }

    internal static View View { get; } = View.Of<Token, TokenRow>("tokens",
        token => [new TokenRow
        {
            Owner = token.Owner,
            Name = token.Name,
            Scope = [.. token.Scope],
            IssuedAt = token.Since.Ms,
            ExpiresAt = token.ExpiresAt.Ms,
            Stage = token.Stage,
        }],
        (views, row) => views.Desk,
        row =>
        {
            row.Property(token => token.Stage).HasConversion<string>();
            row.HasIndex(token => token.Owner);
        });
}
