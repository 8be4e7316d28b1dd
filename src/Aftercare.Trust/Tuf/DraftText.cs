using System.Globalization;

namespace Aftercare.Trust.Tuf;

/// <summary>Metadata as a signer reads it: people, thresholds, lines, files.</summary>
internal static class DraftText
{
    internal static IReadOnlyList<string> Of(string role, Located signed, Located? before)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture, $"{role} version {signed.Member("version").Whole(1)}, valid until {signed.Member("expires").Text()}");
        var now = Facts(signed).ToList();
        if (before is null)
            return [head, .. now];
        var then = Facts(before.Value).ToHashSet();
        var kept = now.Select(fact => (then.Remove(fact) ? "  " : "+ ") + fact).ToList();
        return [head, .. kept, .. then.Order(StringComparer.Ordinal).Select(fact => "- " + fact)];
    }

    private static IEnumerable<string> Facts(Located signed)
    {
        if (signed.Member("_type").Text() == "root")
            return RootFacts(RoleReader.Root(signed));
        var targets = RoleReader.Targets(signed);
        var files = targets.Files.Values.OrderBy(file => file.Path, StringComparer.Ordinal);
        return [.. targets.Delegations.Roles.Select(line => Line(line, targets)), .. files.Select(File)];
    }

    private static IEnumerable<string> RootFacts(Root root)
    {
        if (root.IsTest)
            yield return "TEST: for demonstration only";
        foreach (var role in RoleReader.TopLevel)
        {
            var (keyIds, threshold) = root.Roles[role];
            yield return string.Create(CultureInfo.InvariantCulture, $"{role} needs {threshold} of {keyIds.Length}");
            foreach (var key in root.KeysOf(role))
                yield return $"{role} key of {key.Custodian ?? "nobody named"}: {key.Fingerprint}";
        }
    }

    private static string Line(DelegatedRole line, Targets targets)
    {
        var people = line.KeyIds.Select(id => targets.Delegations.Keys.GetValueOrDefault(id)?.Custodian ?? id);
        return string.Create(CultureInfo.InvariantCulture, $"line {line.Name} needs {line.Threshold} of {string.Join(", ", people)}");
    }

    private static string File(TargetInfo file) =>
        string.Create(CultureInfo.InvariantCulture, $"{file.Path}, {file.Length} bytes, SHA-256 {file.Sha256}")
        + (file.Custom is { } custom ? ", " + custom.GetRawText() : "");
}
