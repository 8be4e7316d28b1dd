using System.CommandLine;
using Aftercare.Trust.Keys;

namespace Aftercare.Cli;

/// <summary><c>aftercare keys new</c>: makes a person's signing key, encrypted with a passphrase.</summary>
internal static class KeysNew
{
    private static readonly Argument<string> Name = new("NAME") { Description = "Begins the file names: NAME.key and NAME.pub" };
    private static readonly Option<string> Custodian = new("--custodian") { Description = "The one person who will hold it; printable ASCII", Required = true };
    private static readonly Option<string> Algorithm = new Option<string>("--algorithm") { Description = "Default ecdsa-p256", DefaultValueFactory = _ => "ecdsa-p256" }
        .With(option => option.AcceptOnlyFromAmong("ecdsa-p256", "ecdsa-p384", "rsa-pss-3072", "ed25519"));
    private static readonly Option<bool> Test = new("--test") { Description = "Brands the key, and every root that names it, as TEST" };
    private static readonly Option<string> Out = new("--out") { Description = "The folder for both files", Required = true };
    private static readonly Option<string?> PassphraseFile = Take.PassphraseFile();

    internal static Command Command { get; } = new Command("new", "Makes a person's signing key") { Name, Custodian, Algorithm, Test, Out, PassphraseFile }
        .With(command => command.SetAction(Run));

    private static int Run(ParseResult said)
    {
        var name = said.GetRequiredValue(Name);
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new RefusedException("NAME is made of letters, digits, - and _.");
        using var key = FileKey.Create(AlgorithmOf(said.GetRequiredValue(Algorithm)), said.GetRequiredValue(Custodian), said.GetValue(Test));
        var folder = Directory.CreateDirectory(said.GetRequiredValue(Out)).FullName;
        var path = Path.Combine(folder, name + ".key");
        var passphrase = Secrets.Passphrase(said.GetValue(PassphraseFile), "for the new key", twice: true);
        key.Save(path, passphrase);
        Array.Clear(passphrase);
        Console.WriteLine($"Made {path} for {key.PublicKey.Custodian}. Keep it and its passphrase apart, off this network where you can.");
        Console.WriteLine($"Hand on {FileKey.PublicPath(path)}. Its fingerprint, to compare by voice: {key.PublicKey.Fingerprint}");
        return 0;
    }

    private static KeyAlgorithm AlgorithmOf(string word) => word switch
    {
        "ecdsa-p256" => KeyAlgorithm.EcdsaP256,
        "ecdsa-p384" => KeyAlgorithm.EcdsaP384,
        "rsa-pss-3072" => KeyAlgorithm.RsaPss3072,
        _ => KeyAlgorithm.Ed25519,
    };
}
