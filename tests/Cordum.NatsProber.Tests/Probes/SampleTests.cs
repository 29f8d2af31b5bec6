using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Tests.Probes;

/// <summary>The probe files that users start from.</summary>
public class SampleTests
{
    private static readonly string[] SecretsOfProduction = ["secrets/prober.creds", "secrets/ca.crt", "secrets/tls.crt", "secrets/tls.key"];

    [Fact]
    public void Local_sample_is_sound_as_it_stands()
    {
        var read = ProbeFileReader.Read(Sample("local.yaml"));

        Assert.Empty(read.Errors);
        Assert.Empty(read.Warnings);
        var file = Assert.Single(read.Files);
        Assert.Equal("local", file.Cluster);
        Assert.Equal(
            Enumerable.Range(1, 3).Select(i => new ProbedEndpoint($"n{i}", new Uri($"nats://127.0.0.1:1422{i}"), new Uri($"http://127.0.0.1:1822{i}"), $"n{i}")),
            file.Endpoints);
    }

    [Fact]
    public void Production_sample_is_sound_once_its_secret_files_are_laid_down()
    {
        using var folder = new ProbeFolder();
        foreach (var secret in SecretsOfProduction)
            folder.Put(secret, "content");
        var path = folder.Put("production.yaml", File.ReadAllText(Sample("examples/production.yaml")));

        var read = ProbeFileReader.Read(path);

        Assert.Empty(read.Errors);
        Assert.Single(read.Files);
        Assert.Equal(NotRunYet.Consequences.Count, read.Warnings.Count);
    }

    [Fact]
    public void Production_sample_misses_exactly_its_secret_files_where_there_are_none()
    {
        using var folder = new ProbeFolder();
        var path = folder.Put("production.yaml", File.ReadAllText(Sample("examples/production.yaml")));

        var errors = ProbeFileReader.Read(path).Errors;

        Assert.Equal(SecretsOfProduction.Length, errors.Count);
        Assert.All(errors, e => Assert.EndsWith("there is no such file", e.Problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_sample_satisfies_the_schema_that_it_names()
    {
        var samples = Directory.GetFiles(Sample(""), "*.yaml", SearchOption.AllDirectories);
        Assert.Equal(2, samples.Length);
        Assert.All(samples, sample =>
        {
            const string header = "# yaml-language-server: $schema=";
            var first = File.ReadLines(sample).First();
            Assert.StartsWith(header, first, StringComparison.Ordinal);
            Assert.Equal(ProbeFileSchema.Path, Path.GetFullPath(first[header.Length..], Path.GetDirectoryName(sample)!));
            Assert.Empty(ProbeFileSchema.Validate(YamlAsJson.Convert(File.ReadAllText(sample))));
        });
    }

    private static string Sample(string name) => Path.Combine(ProbeFolder.Repository, "probes", name);
}
