namespace Aftercare.Channels.Mail;

/// <summary>Who we are to the server. The secret is in no <c>ToString</c>, exception or result.</summary>
public abstract class SubmissionCredentials
{
    private SubmissionCredentials(string user) =>
        User = user.Length is 0 or > 320 || user.Any(char.IsControl)
            ? throw new ArgumentException("The user's name is empty, too long or has a control character.")
            : user;

    public string User { get; }

    public override string ToString() => $"{GetType().Name} of {User}";

    /// <summary>Asked for with AUTH PLAIN, or with LOGIN where the server has no PLAIN.</summary>
    public sealed class Password : SubmissionCredentials
    {
        public Password(string user, string password) : base(user) =>
            Secret = password.Length == 0 || password.Contains('\0') ? throw new ArgumentException("The password is empty or has a NUL.") : password;

        internal string Secret { get; }
    }

    /// <summary>An OAuth 2.0 access token, presented with XOAUTH2.</summary>
    /// <param name="token">Asked once for each submission, before the connection is made; keeps and renews tokens itself.</param>
    public sealed class Bearer(string user, Func<CancellationToken, ValueTask<string>> token) : SubmissionCredentials(user)
    {
        internal Func<CancellationToken, ValueTask<string>> Token { get; } = token;
    }
}
