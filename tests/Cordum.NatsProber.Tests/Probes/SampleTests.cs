using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Tests.Probes;

/// <summary>The probe files that users start from.</summary>
public class SampleTests
{
    private static readonly string[] OfTls = ["secrets/ca.crt", "secrets/tls.crt", "secrets/tls.key"];

    /// <summary>File or folder of each sample, and the secrets that it asks for.</summary>
    public static TheoryData<string, string[]> Examples => new()
    {
        { "plain.yaml", [] },
        { "user-password.yaml", ["secrets/password"] },
        { "creds.yaml", ["secrets/prober.creds"] },
        { "mtls-kubernetes.yaml", ["secrets/prober.creds", .. OfTls] },
        { "discover.yaml", [] },
        { "leaf-node.yaml", ["secrets/prober.creds"] },
        { "several-clusters", ["several-clusters/secrets/east.creds", "several-clusters/secrets/west.creds"] },
    };

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
        Assert.Equivalent(new ProbeSet { Connect = new(), Route = new(), Broker = new() }, file.Probes, strict: true);
        Assert.Equal(new Objective(99.95, TimeSpan.FromDays(30), new(TimeSpan.FromMilliseconds(50), 99)), file.Objective);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_is_sound_and_without_a_warning_once_its_secret_files_are_laid_down(string name, string[] secrets)
    {
        using var folder = CopyOfExamples();
        foreach (var secret in secrets)
            folder.Put(secret, "content");

        var read = ProbeFileReader.Read(Path.Combine(folder.Root, name), _ => null);

        Assert.Empty(read.Errors);
        Assert.Empty(read.Warnings);
        Assert.NotEmpty(read.Files);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_misses_exactly_its_secret_files_where_there_are_none(string name, string[] secrets)
    {
        using var folder = CopyOfExamples();

        var errors = ProbeFileReader.Read(Path.Combine(folder.Root, name), _ => null).Errors;

        Assert.Equal(secrets.Length, errors.Count);
        Assert.All(errors, e => Assert.EndsWith("there is no such file", e.Problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_example_is_among_those_that_are_tested() =>
        Assert.Equal(
            Directory.GetFileSystemEntries(Sample("examples")).Select(Path.GetFileName).Order(StringComparer.Ordinal),
            Examples.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Fact]
    public void The_examples_of_several_clusters_name_each_other()
    {
        using var folder = CopyOfExamples();
        folder.Put("several-clusters/secrets/east.creds", "content");
        folder.Put("several-clusters/secrets/west.creds", "content");

        var files = ProbeFileReader.Read(Path.Combine(folder.Root, "several-clusters")).Files;

        Assert.Equal(["east to west", "west to east"], files.SelectMany(file => file.Probes.Route!.ToClusters.Select(other => $"{file.Cluster} to {other}")));
    }

    /// <summary>What is commented out is part of a sample, too: it must work when somebody removes the sign.</summary>
    [Theory]
    [InlineData("plain.yaml", "  # jetstream: {", "  jetstream: {")]
    [InlineData("user-password.yaml", "passwordFile: secrets/password", "passwordEnv: NATS_PASSWORD")]
    [InlineData("user-password.yaml", "# tls: {}", "tls: {}")]
    [InlineData("mtls-kubernetes.yaml", "# systemAuth:", "systemAuth:")]
    [InlineData("discover.yaml", "  # resolver:", "  resolver:")]
    [InlineData("discover.yaml", "dns: _nats._tcp.nats", "port: 4222\n  dns: nats")]
    public void What_a_comment_offers_works(string name, string written, string instead)
    {
        using var folder = CopyOfExamples();
        foreach (var secret in Examples.SelectMany(row => row.Data.Item2).Append("secrets/system.creds"))
            folder.Put(secret, "content");
        var text = File.ReadAllText(Path.Combine(folder.Root, name));
        Assert.Contains(written, text, StringComparison.Ordinal);

        var read = ProbeFileReader.Read(
            folder.Put(name, text.Replace(written, instead, StringComparison.Ordinal)), variable => variable == "NATS_PASSWORD" ? "content" : null);

        Assert.Empty(read.Errors);
        Assert.Empty(read.Warnings);
    }

    [Fact]
    public void Every_sample_satisfies_the_schema_that_it_names()
    {
        var samples = Directory.GetFiles(Sample(""), "*.yaml", SearchOption.AllDirectories);
        Assert.Equal(9, samples.Length);
        Assert.All(samples, sample =>
        {
            const string header = "# yaml-language-server: $schema=";
            var first = File.ReadLines(sample).First();
            Assert.StartsWith(header, first, StringComparison.Ordinal);
            Assert.Equal(ProbeFileSchema.Path, Path.GetFullPath(first[header.Length..], Path.GetDirectoryName(sample)!));
            Assert.Empty(ProbeFileSchema.Validate(YamlAsJson.Convert(File.ReadAllText(sample))));
        });
    }

    private static ProbeFolder CopyOfExamples()
    {
        var folder = new ProbeFolder();
        foreach (var file in Directory.GetFiles(Sample("examples"), "*.yaml", SearchOption.AllDirectories))
            folder.Put(Path.GetRelativePath(Sample("examples"), file), File.ReadAllText(file));
        return folder;
    }

    private static string Sample(string name) => Path.Combine(ProbeFolder.Repository, "probes", name);
}
