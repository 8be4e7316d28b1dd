using System.Globalization;

namespace Aftercare.Trust.Tuf;

/// <summary>The bytes are not the metadata that they should be.</summary>
public sealed class MalformedMetadataException(string role, string reason, Exception? inner = null)
    : UntrustedException($"The {role} metadata is malformed: {reason}. Nothing was taken from it; tell the manufacturer.", inner);

/// <summary>Too few of the people or services that must sign a role did.</summary>
public sealed class ThresholdNotMetException(string role, string asked, int valid, int threshold)
    : UntrustedException($"The {role} metadata has {valid} of the {threshold} valid signatures that {asked} asks for. "
        + "It may be forged; do not install, and tell the manufacturer.");

/// <summary>An older version came than was seen before: a replayed copy, or a repository restored from a backup.</summary>
public sealed class RollbackException(string role, long offered, long known)
    : UntrustedException(string.Create(CultureInfo.InvariantCulture,
        $"The {role} metadata offers version {offered}, but version {known} was seen before. An old copy is being served; try another mirror, then "
            + $"tell the manufacturer."));

/// <summary>The metadata is past its date: nobody vouches for it any more (a freeze attack, a neglected repository, or a wrong clock).</summary>
public sealed class ExpiredMetadataException(string role, DateTimeOffset expired, DateTimeOffset now)
    : UntrustedException(string.Create(CultureInfo.InvariantCulture,
        $"The {role} metadata expired at {expired:u}, and it is {now:u} here. Check this computer's clock; if it is right, fetch newer metadata."));

/// <summary>A version that does not fit: a root that skips one, or a file whose version its parent did not list.</summary>
public sealed class WrongVersionException(string role, long offered, long expected)
    : UntrustedException(string.Create(CultureInfo.InvariantCulture,
        $"The {role} metadata has version {offered} where version {expected} is due. Files of different moments are mixed; fetch again, then tell "
            + $"the manufacturer."));

/// <summary>A metadata file is not the bytes that the signed metadata above it lists.</summary>
public sealed class MetadataMismatchException(string role, string difference)
    : UntrustedException($"The {role} metadata is not the file that was signed for: {difference}. Fetch again; if it stays so, tell the "
        + "manufacturer.");

/// <summary>A file that must be there is not listed, or not served.</summary>
public sealed class MissingMetadataException(string role, string where)
    : UntrustedException($"The {role} metadata is missing {where}. The repository is incomplete; try later or tell the manufacturer.");

/// <summary>More than the stated limit of bytes, steps or delegations.</summary>
public sealed class LimitExceededException(string what, long limit, string unit)
    : UntrustedException(string.Create(CultureInfo.InvariantCulture,
        $"{what} is over the limit of {limit} {unit}. Reading was stopped; tell the manufacturer, or raise the limit if this is expected."));

/// <summary>A name that could lead outside its folder, or take another file's place.</summary>
public sealed class UnsafeNameException(string kind, string name, string reason)
    : UntrustedException($"The {kind} name \"{Printable(name)}\" is refused: {reason}. Tell the manufacturer.")
{
    private static string Printable(string name) =>
        string.Concat(name.Take(100).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
}

/// <summary>The bytes of a target are not those that were signed. Nothing may be installed.</summary>
public sealed class TargetMismatchException(string path, string difference)
    : UntrustedException($"{path} is not the file that was signed: {difference}. Do not install it; fetch it again, then tell the manufacturer.");

/// <summary>The root is branded TEST: its keys are those of a demonstration.</summary>
public sealed class TestRootException()
    : UntrustedException("The root is branded TEST: its keys guard nothing. Use the manufacturer's real root, or allow TEST roots where only "
        + "trying out.");
