using System.CommandLine;
using Aftercare.Trust.Tuf;

namespace Aftercare.Cli;

/// <summary><c>aftercare root sign</c>: adds one person's signature to a root draft. Needs no network.</summary>
internal static class RootSign
{
    private static readonly Argument<string> Draft = new("DRAFT") { Description = "The draft that aftercare root init wrote" };
    private static readonly Option<string> Key = Take.Key();
    private static readonly Option<string?> PassphraseFile = Take.PassphraseFile();
    private static readonly Option<bool> Yes = Take.Yes();

    internal static Command Command { get; } = new Command("sign", "Signs a root draft with your key") { Draft, Key, PassphraseFile, Yes }
        .With(command => command.SetAction(Run));

    private static int Run(ParseResult said)
    {
        var path = said.GetRequiredValue(Draft);
        var draft = Read(path);
        RootText.Show(draft);
        Take.Consent(said.GetValue(Yes), "Is that the root of trust that you were told about?");
        using var key = Take.OpenKey(said.GetRequiredValue(Key), said.GetValue(PassphraseFile));
        var signed = draft.SignedBy(key);
        var temporary = path + ".tmp";
        File.WriteAllBytes(temporary, signed.ToBytes());
        File.Move(temporary, path, overwrite: true);
        Console.WriteLine($"Signed as {key.PublicKey.Custodian}. {(signed.IsComplete ? "It is complete: submit it." : "It needs more people.")}");
        return 0;
    }

    internal static RoleDraft Read(string path)
    {
        if (!File.Exists(path))
            throw new RefusedException($"There is no file {path}.");
        var draft = RoleDraft.Parse(File.ReadAllBytes(path));
        return draft.Role == "root" ? draft : throw new RefusedException($"{path} is a draft of {draft.Role}, not of a root.");
    }
}
