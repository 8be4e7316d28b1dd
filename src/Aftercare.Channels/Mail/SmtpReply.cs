using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Aftercare.Channels.Mail;

/// <summary>What a server said, made fit to be shown: printable, at most 10 lines of 500 characters.</summary>
public sealed partial record SmtpReply
{
    private const int MostShownLines = 10;

    internal SmtpReply(int code, ImmutableArray<string> lines) => (Code, Lines) = (code, lines);

    /// <value>200 to 599.</value>
    public int Code { get; }

    /// <value>The enhanced status (RFC 3463), e.g. <c>5.1.1</c>; null when the server gave none.</value>
    public string? Status =>
        Enhanced().Match(Lines.FirstOrDefault("")) is { Success: true } match && match.Value[0] - '0' == Code / 100 ? match.Value : null;

    public string Words => string.Join(' ', Lines.Take(MostShownLines));

    /// <value>Every line, for the answer to EHLO.</value>
    internal ImmutableArray<string> Lines { get; }

    internal bool IsPositive => Code / 100 == 2;

    internal bool IsForNow => Code / 100 == 4;

    internal bool IsForGood => Code / 100 == 5;

    public bool Equals(SmtpReply? other) => other is not null && Code == other.Code && Words == other.Words;

    public override int GetHashCode() => HashCode.Combine(Code, Words);

    public override string ToString() => $"{Code} {Words}";

    [GeneratedRegex(@"^[245]\.[0-9]{1,3}\.[0-9]{1,3}(?= |$)")]
    private static partial Regex Enhanced();
}
