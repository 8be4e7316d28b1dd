namespace Aftercare.Vulnerabilities;

/// <summary>What is wrong with a vector of CVSS or SSVC, and where.</summary>
/// <param name="Position">Characters before the fault; the length of the text when something is missing at its end.</param>
/// <param name="Reason">One sentence for a person.</param>
public sealed record VectorFault(int Position, string Reason)
{
    public override string ToString() => $"{Reason} (position {Position})";
}
