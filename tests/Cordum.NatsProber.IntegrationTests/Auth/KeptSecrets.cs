using System.Security.Cryptography;
using Cordum.NatsProber.IntegrationTests.Commands;
using Cordum.NatsProber.IntegrationTests.Prober;

namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>The secrets of a test, and the question whether the prober has told anybody.</summary>
internal sealed class KeptSecrets
{
    private static readonly HttpClient Http = new();

    private readonly List<string> _secrets = [];

    /// <summary>A new one, found nowhere else.</summary>
    internal string New() => Keep("s3cr3t-" + RandomNumberGenerator.GetHexString(16));

    /// <summary>Takes one note of.</summary>
    internal string Keep(string secret)
    {
        _secrets.Add(secret);
        return secret;
    }

    /// <summary>Takes note of the lines of a credentials file that are secret: what is not a frame.</summary>
    internal string KeepCreds(string creds)
    {
        _secrets.AddRange(creds.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length > 0 && !line.StartsWith('-')));
        return creds;
    }

    /// <summary>Fails the test if a secret is in the log, on the page of metrics, or in what <c>check --effective</c> prints.</summary>
    internal async Task AssertKeptAsync(ProberProcess prober)
    {
        var page = await Http.GetStringAsync(prober.Metrics, TestContext.Current.CancellationToken);
        var (_, output, error) = await NatsProberProcess.RunAsync(prober.Folder, "check", "--probes", prober.Folder, "--effective");
        Assert.Contains("endpoints:", output, StringComparison.Ordinal); // it did print something
        Assert.NotEmpty(_secrets);
        foreach (var secret in _secrets)
        {
            Assert.DoesNotContain(secret, string.Join('\n', prober.Log), StringComparison.Ordinal);
            Assert.DoesNotContain(secret, page, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, output + string.Join('\n', error), StringComparison.Ordinal);
        }
    }
}
