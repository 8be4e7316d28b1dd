using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>The secret of one submission, as the lines of each way to present it.</summary>
internal sealed class SmtpSecret
{
    private readonly (string Mechanism, string[] Lines)[] _ways;
    private readonly string[] _words;

    private SmtpSecret(string secret, params (string Mechanism, string[] Lines)[] ways)
    {
        _ways = ways;
        _words = [secret, .. ways.SelectMany(way => way.Lines).Select(line => line.Split(' ')[^1]).Where(word => word.Length > "LOGIN".Length)];
    }

    internal string Mechanisms => string.Join(" or ", _ways.Select(way => way.Mechanism));

    internal static async Task<SmtpSecret?> Of(SubmissionCredentials? credentials, CancellationToken stop) => credentials switch
    {
        SubmissionCredentials.Password password => new(
            password.Secret,
            ("PLAIN", [$"AUTH PLAIN {Base64($"\0{password.User}\0{password.Secret}")}"]),
            ("LOGIN", ["AUTH LOGIN", Base64(password.User), Base64(password.Secret)])),
        SubmissionCredentials.Bearer bearer => OfToken(bearer.User, await Token(bearer, stop)),
        _ => null,
    };

    /// <summary>The lines of the best way that the server knows, or null. Each but the first waits until the one before
    /// was answered with 334.</summary>
    internal string[]? Choose(string[] offered) => _ways.FirstOrDefault(way => offered.Contains(way.Mechanism)).Lines;

    /// <summary>The reply; without its words when they repeat what was presented, because they go to a log.</summary>
    internal SmtpReply Hidden(SmtpReply reply) =>
        reply.Lines.Any(line => _words.Any(word => line.Contains(word, StringComparison.OrdinalIgnoreCase)))
            ? new SmtpReply(reply.Code, ["(its words repeat the credentials and are withheld)"])
            : reply;

    // The empty line asks for the reason after a refusal that came as a challenge.
    private static SmtpSecret OfToken(string user, string token) =>
        new(token, ("XOAUTH2", [$"AUTH XOAUTH2 {Base64($"user={user}\u0001auth=Bearer {token}\u0001\u0001")}", ""]));

    private static async Task<string> Token(SubmissionCredentials.Bearer bearer, CancellationToken stop)
    {
        string token;
        try
        {
            token = await bearer.Token(stop);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            // Its words may hold the secret that was presented to get the token.
            throw new SmtpFailure(SubmissionTrouble.Credentials, $"There is no access token for {bearer.User}: {e.GetType().Name}.");
        }
        return token.Length > 0 && MailText.IsPrintableAscii(token)
            ? token
            : throw new SmtpFailure(SubmissionTrouble.Credentials, $"The access token for {bearer.User} is empty or not one.");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
