using System.Text.RegularExpressions;

namespace Aftercare.Csaf;

/// <summary>The patterns of the CSAF 2.0 schema. All run without backtracking, as what they read comes from outside.</summary>
internal static partial class Patterns
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    [GeneratedRegex(
        @"\A(?<second>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2})"
        + @"(\.(?<fraction>[0-9]+))?(?<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})\z", Linear)]
    internal static partial Regex DateTime();

    /// <summary>RFC 3986 as far as a link needs it: a scheme, and none of the characters that must be escaped.</summary>
    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>""{}|\\^`\x00-\x1f\x7f-\uffff]+\z", Linear)]
    internal static partial Regex Uri();

    [GeneratedRegex(@"\A[^\s\-_\.](.*[^\s\-_\.])?\z", Linear)]
    internal static partial Regex Category();

    [GeneratedRegex(@"\A\S(.*\S)?\z", Linear)]
    internal static partial Regex TrackingId();

    [GeneratedRegex(@"\ACVE-[0-9]{4}-[0-9]{4,}\z", Linear)]
    internal static partial Regex Cve();

    [GeneratedRegex(@"\ACWE-[1-9][0-9]{0,5}\z", Linear)]
    internal static partial Regex Cwe();

    [GeneratedRegex(@"\A[0-9a-fA-F]{32,}\z", Linear)]
    internal static partial Regex HashValue();

    [GeneratedRegex(@"\Apkg:[A-Za-z.\-+][A-Za-z0-9.\-+]*/.+\z", Linear)]
    internal static partial Regex Purl();

    [GeneratedRegex(@"\A(cpe:2\.3:[aho*\-](:.+){10}|[cC][pP][eE]:/[AHOaho]?(:[A-Za-z0-9._\-~%]*){0,6})\z", Linear)]
    internal static partial Regex Cpe();

    [GeneratedRegex(
        @"\A(([A-Za-z]{2,3}(-[A-Za-z]{3}(-[A-Za-z]{3}){0,2})?|[A-Za-z]{4,8})(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?"
        + @"(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(-[A-WY-Za-wy-z0-9](-[A-Za-z0-9]{2,8})+)*(-[Xx](-[A-Za-z0-9]{1,8})+)?"
        + @"|[Xx](-[A-Za-z0-9]{1,8})+|[Ii]-[Dd][Ee][Ff][Aa][Uu][Ll][Tt]|[Ii]-[Mm][Ii][Nn][Gg][Oo])\z", Linear)]
    internal static partial Regex Language();

    [GeneratedRegex(
        @"\A((?<major>0|[1-9][0-9]*)|(?<major>0|[1-9][0-9]*)\.(?<minor>0|[1-9][0-9]*)\.(?<patch>0|[1-9][0-9]*)"
        + @"(-(?<pre>(0|[1-9][0-9]*|[0-9]*[a-zA-Z\-][0-9a-zA-Z\-]*)(\.(0|[1-9][0-9]*|[0-9]*[a-zA-Z\-][0-9a-zA-Z\-]*))*))?"
        + @"(\+[0-9a-zA-Z\-]+(\.[0-9a-zA-Z\-]+)*)?)\z", Linear)]
    internal static partial Regex Version();
}
