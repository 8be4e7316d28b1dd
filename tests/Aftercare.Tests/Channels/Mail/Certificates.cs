using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Aftercare.Tests.Channels.Mail;

/// <summary>A private authority and the certificates of servers it vouches for.</summary>
internal static class Certificates
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);

    internal static X509Certificate2 Authority { get; } = NewAuthority("CN=Our authority");

    internal static X509Certificate2 OtherAuthority { get; } = NewAuthority("CN=Some other authority");

    internal static X509Certificate2 Loopback { get; } = Server(Authority, IPAddress.Loopback, From.AddDays(30));

    internal static X509Certificate2 Elsewhere { get; } = Server(Authority, IPAddress.Parse("192.0.2.1"), From.AddDays(30));

    internal static X509Certificate2 Expired { get; } = Server(Authority, IPAddress.Loopback, From.AddHours(1));

    internal static string KeyPem(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    private static X509Certificate2 NewAuthority(string name)
    {
        var request = new CertificateRequest(name, ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(From, From.AddDays(365));
    }

    private static X509Certificate2 Server(X509Certificate2 authority, IPAddress address, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mail", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var issued = request.Create(authority, From, until, RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(ECDsa.Create(key.ExportParameters(includePrivateParameters: true)));
    }
}
