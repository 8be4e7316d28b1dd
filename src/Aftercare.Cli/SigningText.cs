using System.Security.Cryptography;
using System.Text.Json;
using Aftercare.Json;
using Aftercare.Trust.Tuf;

namespace Aftercare.Cli;

/// <summary>What waits for a signature, as a difference in words. Throws where the bytes do more than releasing the update that they name.</summary>
internal static class SigningText
{
    internal static void Show(TufRepository published, IReadOnlyList<RoleDraft> drafts, JsonElement sheet)
    {
        var number = sheet.GetProperty("number").GetString()!;
        var digest = Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Rfc8785(sheet)));
        Console.WriteLine($"{number}: {Printable(sheet.GetProperty("title"))} ({Printable(sheet.GetProperty("purpose"))})");
        foreach (var part in sheet.GetProperty("document").EnumerateObject())
            Console.WriteLine($"  {part.Name}: {Printable(part.Value)}");
        Console.WriteLine($"  digest of this document: {digest}");
        foreach (var draft in drafts)
        {
            var next = Metadata.ParseTargets(RootText.Unsigned(draft), draft.Role).Role;
            var before = draft.Role == "targets" ? published.Targets?.Role : published.Lines.GetValueOrDefault(draft.Role)?.Role;
            if (next.Version != (before?.Version ?? 0) + 1)
                throw new RefusedException($"{draft.Role} version {next.Version} does not follow the published version {before?.Version ?? 0}. Have the update frozen anew.");
            Console.WriteLine($"Signed as {(draft.Role == "targets" ? "the list of product lines" : $"product line {draft.Role}")}, version {next.Version}, until {next.Expires:yyyy-MM-dd}");
            ShowFiles(draft.Role, before, next, number, digest);
            ShowLines(published, before, next);
        }
    }

    private static void ShowFiles(string role, Targets? before, Targets next, string number, string digest)
    {
        foreach (var file in next.Files.Values.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            if (before?.Files.GetValueOrDefault(file.Path) is { } old && Same(old, file))
                continue;
            if (role != "targets")
                RefuseUnlessOf(file, number, digest);
            Console.WriteLine($"  + {file.Path}  {file.Length} bytes");
            foreach (var hash in file.Hashes)
                Console.WriteLine($"      {hash.Algorithm} {hash.Hex}");
            if (file.Custom is { } custom && role != "targets")
                Console.WriteLine($"      makes release {Printable(custom.GetProperty("release"))}, installs over {Printable(custom.GetProperty("from"))}");
        }
        foreach (var path in before?.Files.Keys.Except(next.Files.Keys).Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())
            Console.WriteLine($"  - {path}  is no longer offered");
    }

    // The bytes must belong to the document that is shown, and to nothing else.
    private static void RefuseUnlessOf(TargetInfo file, string number, string digest)
    {
        if (file.Custom is not { } custom || custom.GetProperty("update").GetString() != number)
            throw new RefusedException($"{file.Path} does not belong to {number}. Do not sign.");
        if (custom.GetProperty("sheet").GetString() != digest)
            throw new RefusedException($"{file.Path} is bound to another document than the one shown. Do not sign.");
    }

    private static void ShowLines(TufRepository published, Targets? before, Targets next)
    {
        var known = before?.Delegations.Roles.ToDictionary(role => role.Name) ?? [];
        var people = published.Root.Role.Roles["targets"];
        foreach (var line in next.Delegations.Roles)
        {
            if (!line.KeyIds.ToHashSet().SetEquals(people.KeyIds) || line.Threshold != people.Threshold)
                throw new RefusedException($"Product line {line.Name} would be signed by other people than the root names. Do not sign.");
            if (!line.Terminating || line.Paths is not [var path] || path != $"{line.Name}/*/*")
                throw new RefusedException($"Product line {line.Name} would cover more than its own paths. Do not sign.");
            if (!known.ContainsKey(line.Name))
                Console.WriteLine($"  + product line {line.Name}: {line.Threshold} of {string.Join(", ", line.KeyIds.Select(id => next.Delegations.Keys[id].Custodian))}");
        }
    }

    private static bool Same(TargetInfo left, TargetInfo right) =>
        left.Length == right.Length && left.Hashes.SequenceEqual(right.Hashes) && left.Custom?.GetRawText() == right.Custom?.GetRawText();

    // What a server sends must not move the cursor of whoever decides by what he sees.
    private static string Printable(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Printable)),
        JsonValueKind.String => string.Concat(value.GetString()!.ReplaceLineEndings(" ").Where(c => !char.IsControl(c))),
        _ => value.GetRawText(),
    };
}
