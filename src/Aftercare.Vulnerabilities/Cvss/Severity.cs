namespace Aftercare.Vulnerabilities;

/// <summary>The qualitative severity rating scale of FIRST (CVSS v3.1 §5), the same in 3.0, 3.1 and 4.0.</summary>
public enum Severity
{
    /// <summary>0.0</summary>
    None,

    /// <summary>0.1 to 3.9</summary>
    Low,

    /// <summary>4.0 to 6.9</summary>
    Medium,

    /// <summary>7.0 to 8.9</summary>
    High,

    /// <summary>9.0 to 10.0</summary>
    Critical,
}

public static class SeverityScale
{
    extension(Severity severity)
    {
        /// <summary>As CVSS documents spell it in JSON: <c>NONE</c>, <c>LOW</c>, <c>MEDIUM</c>, <c>HIGH</c>, <c>CRITICAL</c>.</summary>
        public string Word => severity.ToString().ToUpperInvariant();

        /// <param name="score">0.0 to 10.0</param>
        /// <exception cref="ArgumentOutOfRangeException">The score is off the scale.</exception>
        public static Severity Of(decimal score) => score switch
        {
            < 0 or > 10 => throw new ArgumentOutOfRangeException(nameof(score), score, "A CVSS score is 0.0 to 10.0."),
            0 => Severity.None,
            < 4 => Severity.Low,
            < 7 => Severity.Medium,
            < 9 => Severity.High,
            _ => Severity.Critical,
        };
    }
}
