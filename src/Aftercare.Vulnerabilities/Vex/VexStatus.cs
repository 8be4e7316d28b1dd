namespace Aftercare.Vulnerabilities;

/// <summary>What we say of a product and a vulnerability. <see cref="VexTable"/> says how the formats put it.</summary>
public enum VexStatus
{
    UnderInvestigation,
    Affected,
    NotAffected,

    /// <summary>The finding is about a component that is not ours at all. CSAF and OpenVEX can say that only as a case of not affected.</summary>
    FalseMatch,
    Fixed,
}

/// <summary>The status words of OpenVEX 0.2.0.</summary>
public enum OpenVexStatus
{
    UnderInvestigation,
    Affected,
    NotAffected,
    Fixed,
}

/// <summary>The states of a CycloneDX impact analysis (1.4 and later).</summary>
public enum CycloneDxState
{
    InTriage,
    Exploitable,
    NotAffected,
    FalsePositive,
    Resolved,
    ResolvedWithPedigree,
}

public static class VexStatusInFormats
{
    extension(VexStatus status)
    {
        public ProductStatus InCsaf => VexTable.RowOf(status).Csaf[0];

        public OpenVexStatus InOpenVex => VexTable.RowOf(status).OpenVex;

        public CycloneDxState InCycloneDx => VexTable.RowOf(status).CycloneDx[0];

        /// <summary>What a statement of this status must come with to be valid in every format.</summary>
        public VexDemand Demands => VexTable.RowOf(status).Demands;
    }
}

public static class OpenVexWords
{
    extension(OpenVexStatus status)
    {
        /// <summary>As OpenVEX spells it: <c>not_affected</c>.</summary>
        public string Word => Words<OpenVexStatus>.Of(status);

        /// <summary>What it says in our words.</summary>
        public VexStatus Meaning => VexTable.MeaningOf(status);

        /// <summary>Null when OpenVEX has no such word.</summary>
        public static OpenVexStatus? FromWord(string? word) => Words<OpenVexStatus>.Read(word);
    }
}

public static class CycloneDxWords
{
    extension(CycloneDxState state)
    {
        /// <summary>As CycloneDX spells it: <c>in_triage</c>.</summary>
        public string Word => Words<CycloneDxState>.Of(state);

        /// <summary>What it says in our words.</summary>
        public VexStatus Meaning => VexTable.MeaningOf(state);

        /// <summary>Null when CycloneDX has no such word.</summary>
        public static CycloneDxState? FromWord(string? word) => Words<CycloneDxState>.Read(word);
    }
}
