namespace Aftercare.Channels.Mail;

/// <summary>Something that cannot stand in a mail: it would be malformed, or say something else than what was meant.</summary>
/// <param name="field">The header or part at fault, e.g. <c>Subject</c>.</param>
/// <param name="why">Continues the sentence that the field begins; never holds the value itself.</param>
public sealed class MalformedMailException(string field, string why) : FormatException($"{field} {why}.")
{
    public string Field { get; } = field;
}
