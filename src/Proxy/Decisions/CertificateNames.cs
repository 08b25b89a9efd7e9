using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthProxy.Proxy.Decisions;

/// <summary>Whom a client certificate speaks for, read once a connection. That our authorities signed it was checked when the connection was made.</summary>
internal static class CertificateNames
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string CommonName = "2.5.4.3";
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag UniformResourceIdentifier = new(TagClass.ContextSpecific, 6);
    private static readonly ConditionalWeakTable<X509Certificate2, FrozenSet<string>> Known = new();

    /// <summary>The DNS names and URIs (SPIFFE ids among them); the common name only where there are none (RFC 9525, section 2).</summary>
    public static FrozenSet<string> Of(X509Certificate2? certificate) => certificate is null ? [] : Known.GetValue(certificate, Read);

    private static FrozenSet<string> Read(X509Certificate2 certificate)
    {
        try
        {
            var names = certificate.Extensions.Where(extension => extension.Oid?.Value == SubjectAlternativeName).SelectMany(extension => AlternativeNames(extension.RawData)).ToList();
            return (names.Count > 0 ? names : OnlyCommonName(certificate)).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        }
        catch (Exception fault) when (fault is AsnContentException or CryptographicException)
        {
            return [];
        }
    }

    private static List<string> AlternativeNames(byte[] extension)
    {
        var names = new List<string>();
        var sequence = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData)
        {
            var tag = sequence.PeekTag();
            if (tag.HasSameClassAndValue(DnsName) || tag.HasSameClassAndValue(UniformResourceIdentifier))
            {
                names.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, tag));
            }
            else
            {
                sequence.ReadEncodedValue();
            }
        }

        return names;
    }

    // Of two common names nobody could say which one was meant.
    private static List<string> OnlyCommonName(X509Certificate2 certificate)
    {
        var names = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonName)
            .Select(part => part.GetSingleElementValue())
            .OfType<string>()
            .ToList();
        return names.Count == 1 ? names : [];
    }
}
