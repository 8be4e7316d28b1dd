using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Aftercare.Server.Platform.Keys;

/// <summary>
/// The framework's data-protection keys (cookies, antiforgery) are stored in the database; here they are sealed under the ring, so that a
/// copy of the database forges no session.
/// </summary>
public static class DataProtectionKeys
{
    private const string ElementName = "sealedByRing";
    private const string Context = "data-protection key";

    /// <summary>Seals each new data-protection key under the ring before it is stored. Also registers the ring, for reading them back.</summary>
    public static IDataProtectionBuilder ProtectKeysWithRing(this IDataProtectionBuilder builder, KeyRing ring)
    {
        builder.Services.AddSingleton(ring);
        builder.Services.Configure<KeyManagementOptions>(options => options.XmlEncryptor = new RingXmlEncryptor(ring));
        return builder;
    }

    /// <summary>A stored data-protection key with its seal moved to the ring's current key-encryption key; the argument stays as it is.</summary>
    /// <exception cref="SealBrokenException">Its seal does not unwrap.</exception>
    public static XElement Reseal(KeyRing ring, XElement stored)
    {
        var copy = new XElement(stored);
        foreach (var element in copy.DescendantsAndSelf(ElementName))
            element.Value = Convert.ToBase64String(ring.Reseal(Context, BytesOf(element)));
        return copy;
    }

    internal static XElement Seal(KeyRing ring, XElement plain) =>
        new(ElementName, Convert.ToBase64String(ring.Seal(Context, Encoding.UTF8.GetBytes(plain.ToString(SaveOptions.DisableFormatting)))));

    internal static XElement Open(KeyRing ring, XElement sealedElement) =>
        XElement.Parse(Encoding.UTF8.GetString(ring.Open(Context, BytesOf(sealedElement))));

    private static byte[] BytesOf(XElement element)
    {
        try
        {
            return Convert.FromBase64String(element.Value);
        }
        catch (FormatException e)
        {
            throw new SealBrokenException("A stored data-protection key is not base64.", e);
        }
    }
}

public sealed class RingXmlEncryptor(KeyRing ring) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(DataProtectionKeys.Seal(ring, plaintextElement), typeof(RingXmlDecryptor));
}

/// <summary>Made by the framework from the type name that is stored beside each key; moving or renaming this class makes those keys unreadable.</summary>
public sealed class RingXmlDecryptor(IServiceProvider services) : IXmlDecryptor
{
    private readonly KeyRing _ring = services.GetRequiredService<KeyRing>();

    public XElement Decrypt(XElement encryptedElement) => DataProtectionKeys.Open(_ring, encryptedElement);
}
