using System.Text.Json;
using Aftercare.Trust.Tuf;

namespace Aftercare.Cli;

/// <summary>A root draft in words. Everything shown is read from the very bytes that are signed.</summary>
internal static class RootText
{
    internal static void Show(RoleDraft draft)
    {
        var root = Metadata.ParseRoot(Unsigned(draft)).Role;
        Console.WriteLine($"Root of trust, version {root.Version}, until {root.Expires:yyyy-MM-dd}{(root.IsTest ? ", TEST: refused by devices in the field" : "")}");
        foreach (var role in (string[])["root", "targets", "snapshot", "timestamp"])
        {
            Console.WriteLine($"  {Words(role)}: {root.Roles[role].Threshold} of");
            foreach (var key in root.KeysOf(role))
                Console.WriteLine($"    {key.Custodian,-24} {key.KeyType,-8} {key.Fingerprint}");
        }
        var signed = draft.Signatures.Select(signature => root.Keys.TryGetValue(signature.KeyId, out var key) ? key.Custodian : signature.KeyId);
        Console.WriteLine($"  signed by: {(draft.Signatures.IsEmpty ? "nobody yet" : string.Join(", ", signed))}");
    }

    /// <summary>A draft as a metadata file that nobody has signed, for reading only.</summary>
    internal static byte[] Unsigned(RoleDraft draft) => JsonSerializer.SerializeToUtf8Bytes(new { signatures = Array.Empty<string>(), signed = draft.Content });

    private static string Words(string role) => role switch
    {
        "root" => "may change this list (root)",
        "targets" => "sign releases (targets)",
        _ => $"the server's own key ({role})",
    };
}
