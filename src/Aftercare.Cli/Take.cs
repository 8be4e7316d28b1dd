using System.CommandLine;
using Aftercare.Trust.Keys;

namespace Aftercare.Cli;

/// <summary>Options that several commands share, each made anew for its command.</summary>
internal static class Take
{
    internal static Option<Uri> Server() => new("--server")
    {
        Description = "Address of the Aftercare server, e.g. https://aftercare.example.com",
        Required = true,
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "https" or "http")
                return address;
            result.AddError("--server is not an address like https://aftercare.example.com.");
            return null;
        },
    };

    internal static Option<string> TokenFile() => new("--token-file") { Description = "File that holds the token", Required = true };

    internal static Option<string?> PassphraseFile() => new("--passphrase-file") { Description = "File whose first line is the key's passphrase; else it is asked for" };

    internal static Option<string> Key() => new("--key") { Description = "Your private key file, NAME.key", Required = true };

    internal static Option<bool> Yes() => new("--yes") { Description = "Sign without asking; for tests and rehearsals" };

    internal static Option<string> SiteDir() => new("--site-dir") { Description = "The folder that 'aftercare trust' made on this computer", Required = true };

    internal static Option<string?> SitePassphraseFile() => new("--passphrase-file") { Description = "File whose first line is the passphrase of the site's key, if it has one" };

    internal static FileKey OpenKey(string path, string? passphraseFile)
    {
        var passphrase = Secrets.Passphrase(passphraseFile, $"of {Path.GetFileName(path)}");
        try
        {
            return FileKey.Open(path, passphrase);
        }
        finally
        {
            Array.Clear(passphrase);
        }
    }

    /// <summary>Goes on only after a person has said so.</summary>
    internal static void Consent(bool yes, string question)
    {
        if (yes)
            return;
        if (Console.IsInputRedirected)
            throw new RefusedException("Nobody is there to say yes. Nothing was signed. (--yes signs without asking.)");
        Console.Write($"{question} Type yes to sign: ");
        if (Console.ReadLine()?.Trim() != "yes")
            throw new RefusedException("Nothing was signed: only the whole word yes counts.");
    }
}
