namespace Aftercare.Server.Advisories;

/// <summary>The longest words of an advisory, in characters. A page prints on a few sheets; a longer story has a place of its own to link to.</summary>
internal static class Limits
{
    internal const int Title = 200;
    internal const int Summary = 4000;
    internal const int Description = 8000;
    internal const int PatientImpact = 4000;
    internal const int Details = 4000;
    internal const int Reason = 1000;

    /// <summary>Of the credits: lines, and characters of each.</summary>
    internal const int Credits = 50;
    internal const int Credit = 200;
}
