namespace Aftercare.Vulnerabilities;

/// <summary>What a CSAF 2.0 document may say of a product and a vulnerability (§3.2.3.9).</summary>
public enum ProductStatus
{
    UnderInvestigation,
    KnownAffected,
    KnownNotAffected,
    Fixed,
    FirstAffected,
    LastAffected,
    FirstFixed,

    /// <summary>Advice to take this version; says nothing about the vulnerability itself.</summary>
    Recommended,
}

public static class ProductStatusWords
{
    extension(ProductStatus status)
    {
        /// <summary>As CSAF spells it: <c>known_not_affected</c>.</summary>
        public string Word => Words<ProductStatus>.Of(status);

        /// <summary>
        /// What it says in our words, or null when it says nothing. Two that mean different things contradict each other about one product
        /// (CSAF 2.0 §6.1.6).
        /// </summary>
        public VexStatus? Meaning => VexTable.MeaningOf(status);

        /// <summary>Null when CSAF has no such word.</summary>
        public static ProductStatus? FromWord(string? word) => Words<ProductStatus>.Read(word);
    }
}
