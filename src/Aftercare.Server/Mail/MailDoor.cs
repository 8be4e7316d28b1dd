using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Aftercare.Channels.Mail;
using Aftercare.Mail;

namespace Aftercare.Server.Mail;

/// <summary>What became of one mail at the mail server.</summary>
/// <param name="Words">One sentence, without addresses; what the server said is in it, bounded.</param>
internal sealed record MailAnswer(Acceptance Acceptance, Standing Standing, string Words);

/// <summary>The way to the mail server, as the settings say.</summary>
internal sealed partial class MailDoor(AccessTokens tokens)
{
    /// <value>10 certificates of an authority.</value>
    private const int MostCertificates = 10;

    /// <summary>For jobs: patient where giving up would deliver twice.</summary>
    internal static SubmissionTimeouts Patient { get; } = new()
    {
        Connect = TimeSpan.FromSeconds(20),
        Greeting = TimeSpan.FromMinutes(1),
        Command = TimeSpan.FromSeconds(30),
        Block = TimeSpan.FromMinutes(1),
        FinalDot = TimeSpan.FromMinutes(5),
    };

    /// <summary>For a test, while its author waits for the page.</summary>
    internal static SubmissionTimeouts Quick { get; } = new()
    {
        Connect = TimeSpan.FromSeconds(8),
        Greeting = TimeSpan.FromSeconds(10),
        Command = TimeSpan.FromSeconds(10),
        Block = TimeSpan.FromSeconds(10),
        FinalDot = TimeSpan.FromSeconds(20),
    };

    /// <summary>Hands one mail over, or says in a sentence why not.</summary>
    internal async Task<MailAnswer> Send(MailSettings settings, MailSecret? secret, Envelope envelope, MailMessage mail, SubmissionTimeouts timeouts, CancellationToken stop)
    {
        var authority = CertificatesOf(settings.Current.Authority) ?? [];
        try
        {
            return await Send(Options(settings, secret, authority, timeouts), envelope, mail, stop);
        }
        catch (ArgumentException fault)
        {
            // The settings were checked when they were made; a newer version of this program may be stricter.
            return new MailAnswer(Acceptance.NotAccepted, Standing.TryLater, fault.Message);
        }
        finally
        {
            foreach (var certificate in authority)
                certificate.Dispose();
        }
    }

    /// <summary>The certificates of a PEM text; null when it has none, too many, or something else.</summary>
    internal static ImmutableArray<X509Certificate2>? CertificatesOf(string? pem)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(pem ?? "");
        }
        catch (CryptographicException)
        {
            return null;
        }
        return found.Count is > 0 and <= MostCertificates ? [.. found] : null;
    }

    private async Task<MailAnswer> Send(SubmissionOptions options, Envelope envelope, MailMessage mail, CancellationToken stop)
    {
        var result = await new Submission(options).Send(envelope, mail.ToMime(), stop);
        if (result.Problem is { Trouble: SubmissionTrouble.Credentials })
            tokens.Forget();
        var recipient = result.Recipients[0];
        var words = result.Problem?.Words ?? recipient.Reply?.ToString() ?? "";
        return new MailAnswer(result.Acceptance, recipient.Standing, WithoutAddress(words, recipient.Recipient));
    }

    private SubmissionOptions Options(MailSettings settings, MailSecret? secret, ImmutableArray<X509Certificate2> authority, SubmissionTimeouts timeouts)
    {
        var current = settings.Current;
        return new SubmissionOptions
        {
            Host = current.Server,
            Port = current.Port,
            Security = current.Protection switch
            {
                MailProtection.Tls => MailSecurity.ImplicitTls,
                MailProtection.StartTls => MailSecurity.StartTls,
                _ => MailSecurity.None,
            },
            Credentials = current.SignIn switch
            {
                MailSignIn.Password => new SubmissionCredentials.Password(current.User!, secret?.Password ?? ""),
                MailSignIn.Oauth => new SubmissionCredentials.Bearer(current.User!, stop => tokens.Of(settings, stop)),
                _ => null,
            },
            TrustedRoots = authority,
            Timeouts = timeouts,
        };
    }

    // Servers like to repeat whom they refuse; the record names nobody.
    private static string WithoutAddress(string words, EmailAddress address)
    {
        var text = Addresses().Replace(words, "(address)");
        return address.LocalPart.Length < 3 ? text : text.Replace(address.LocalPart, "(address)", StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex("""[^\s<>()"',;:]+@[^\s<>()"',;:]+""")]
    private static partial Regex Addresses();
}
