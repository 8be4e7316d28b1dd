namespace Aftercare.Channels.Mail;

/// <summary>How a mail or a part of it is protected. Only recognised here: nothing is decrypted or verified.</summary>
public enum ProtectionForm
{
    /// <summary>RFC 3156 §4.</summary>
    PgpEncrypted,

    /// <summary>RFC 3156 §5.</summary>
    PgpSigned,

    /// <summary>An armoured message in a text.</summary>
    PgpInlineEncrypted,

    /// <summary>The cleartext framework (RFC 9580 §7) in a text; the text is shown as it stands.</summary>
    PgpInlineSigned,

    /// <summary>A file that is named or typed as one of OpenPGP.</summary>
    PgpFile,

    /// <summary>A public key, in a file or in a text.</summary>
    PgpKey,

    /// <summary>RFC 8551 §3.3; also where the kind is not said.</summary>
    SmimeEncrypted,

    /// <summary>RFC 8551 §3.5.2: the text is within the signature.</summary>
    SmimeOpaque,

    /// <summary>RFC 8551 §3.5.3.</summary>
    SmimeSigned,

    /// <summary>A multipart/signed or multipart/encrypted of a protocol that is not known.</summary>
    Other,
}

/// <summary>What is protected, and where the bytes are that whoever decrypts or verifies will need.</summary>
/// <param name="Part">The part that says so.</param>
/// <param name="Content">Ciphertext as it was sent, with its transfer encoding; or the signed part, headers and all, without the line end before the boundary. What is
/// signed is over CRLF (RFC 1847 §2.1): where the mail has bare LF they must become that first.</param>
/// <param name="Signature">The body of the detached signature, with its transfer encoding.</param>
public sealed record Protection(ProtectionForm Form, MimePart Part, ByteRange Content, ByteRange? Signature = null)
{
    public bool IsCiphertext => Form is ProtectionForm.PgpEncrypted or ProtectionForm.PgpInlineEncrypted or ProtectionForm.SmimeEncrypted;

    internal static Protection? OfMultipart(MimePart part)
    {
        var encrypted = part.MediaType == "multipart/encrypted";
        if (!encrypted && part.MediaType != "multipart/signed")
            return null;
        var form = part.Type.Parameters.GetValueOrDefault("protocol", "").ToLowerInvariant() switch
        {
            "application/pgp-encrypted" when encrypted => ProtectionForm.PgpEncrypted,
            "application/pgp-signature" when !encrypted => ProtectionForm.PgpSigned,
            "application/pkcs7-signature" or "application/x-pkcs7-signature" when !encrypted => ProtectionForm.SmimeSigned,
            _ => ProtectionForm.Other,
        };
        var second = part.Parts.Length > 1 ? part.Parts[1].BodyRange : (ByteRange?)null;
        return encrypted
            ? new Protection(form, part, second ?? part.BodyRange)
            : new Protection(form, part, part.Parts.IsEmpty ? part.BodyRange : part.Parts[0].Range, second);
    }

    internal static Protection? OfFile(MimePart part)
    {
        var name = part.DeclaredName ?? "";
        ProtectionForm? form = part.MediaType switch
        {
            "application/pkcs7-mime" or "application/x-pkcs7-mime" => part.Type.Parameters.GetValueOrDefault("smime-type", "").ToLowerInvariant() switch
            {
                "signed-data" => ProtectionForm.SmimeOpaque,
                "certs-only" => null,
                _ => ProtectionForm.SmimeEncrypted,
            },
            "application/pgp-keys" => ProtectionForm.PgpKey,
            "application/pgp-encrypted" or "application/pgp" => ProtectionForm.PgpFile,
            _ when name.EndsWith(".p7m", StringComparison.OrdinalIgnoreCase) => ProtectionForm.SmimeEncrypted,
            _ when HasExtension(name, ".asc", ".pgp", ".gpg") && part.MediaType != "application/pgp-signature" => ProtectionForm.PgpFile,
            _ => null,
        };
        return form is { } found ? new Protection(found, part, part.BodyRange) : null;
    }

    private static bool HasExtension(string name, params ReadOnlySpan<string> extensions)
    {
        foreach (var extension in extensions)
        {
            if (name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
