using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Cordum.NatsProber.Links;

/// <summary>Says in one sentence what is wrong with a broker's certificate, and what to check. Each kind of trouble has another owner.</summary>
/// <param name="Host">The name or address that was asked for.</param>
/// <param name="CaFile">The probe file's <c>tls.caFile</c>; null where the machine's own trust was asked.</param>
/// <param name="Now">The wall time.</param>
internal sealed record CertificateTrouble(string Host, string? CaFile, DateTimeOffset Now)
{
    private const int MostNames = 10;

    private const X509ChainStatusFlags Unknown = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    /// <summary>The sentence.</summary>
    /// <param name="leaf">What the broker presented; null for nothing.</param>
    /// <param name="chain">From there to an authority, as far as it was found; null where nobody looked.</param>
    /// <param name="errors">What the TLS stream objects to.</param>
    public string Describe(X509Certificate2? leaf, X509Chain? chain, SslPolicyErrors errors)
    {
        if (leaf is null)
            return "the broker presented no certificate";
        var troubles = new List<string>();
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            if (Has(element.ChainElementStatus, X509ChainStatusFlags.NotTimeValid))
                troubles.Add(Time(element.Certificate, isLeaf: element.Certificate.Equals(leaf)));
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            troubles.Add($"it is for {Names(leaf)}, and {Host} was asked for: check the endpoint's url, or set tls.serverName");
        if (chain is not null && Has(chain.ChainStatus, Unknown))
            troubles.Add(Authority(leaf, chain));
        if (troubles.Count == 0)
            troubles.Add(Other(chain, errors));
        return Printable.Of($"the broker's certificate ({leaf.Subject}) is not to be trusted: ") + string.Join("; and ", troubles);
    }

    private static bool Has(X509ChainStatus[] status, X509ChainStatusFlags flags) => status.Any(s => (s.Status & flags) != 0);

    private static string Other(X509Chain? chain, SslPolicyErrors errors) => chain is null || chain.ChainStatus.Length == 0
        ? errors.ToString()
        : string.Join("; ", chain.ChainStatus.Select(s => $"{s.Status}: {s.StatusInformation.Trim()}"));

    private string Time(X509Certificate2 certificate, bool isLeaf)
    {
        var which = isLeaf ? "it" : Printable.Of($"the authority above it ({certificate.Subject})");
        var (begins, ends) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        return Now < begins
            ? $"{which} is not valid before {Instant(begins)}: check the clocks of broker and prober"
            : $"{which} expired at {Instant(ends)}: renew it on the broker";
    }

    private string Authority(X509Certificate2 leaf, X509Chain chain)
    {
        var top = chain.ChainElements.Count > 0 ? chain.ChainElements[^1].Certificate : leaf;
        var issuer = Printable.Of(top.Issuer);
        var by = leaf.Subject == leaf.Issuer ? "it is signed by itself" : $"it leads to the authority {issuer}";
        return CaFile is null
            ? $"{by}, which this machine does not trust: set tls.caFile"
            : $"{by}, which is not in tls.caFile ({CaFile}), or is there with another key: put the broker's authority there";
    }

    private static string Names(X509Certificate2 leaf)
    {
        var alternatives = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToList();
        string[] names =
        [
            .. alternatives.SelectMany(a => a.EnumerateDnsNames()),
            .. alternatives.SelectMany(a => a.EnumerateIPAddresses()).Select(ip => ip.ToString()),
        ];
        if (names.Length == 0)
            return "no host (it has no subject alternative name)";
        var more = names.Length > MostNames ? $" and {names.Length - MostNames} more" : "";
        return Printable.Of(string.Join(", ", names.Take(MostNames))) + more;
    }

    private static string Instant(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
