using Cordum.NatsProber.Probes;
using FsCheck;
using FsCheck.Fluent;

namespace Cordum.NatsProber.Tests.Probes;

/// <summary>Whatever the file holds: no exception, and every error has a place inside the file.</summary>
public sealed class GarbageTests : IDisposable
{
    private static readonly string Sample = File.ReadAllText(Path.Combine(ProbeFolder.Repository, "probes", "examples", "mtls-kubernetes.yaml")) + """

        objective:
          availability: 99.95
          window: 30d
          latency: { under: 50ms, ratio: 99 }
        """;

    private static readonly string[] Fragments =
    [
        "cluster", "endpoints", "name", "url", "probes", "request", "every", "objective", "auth", "systemAuth", "discover", "monitorPort", "toClusters", "failover", ": ", ":", "\n", "\r\n", "\r", "\n  ", "\n    ", "\n- ", "- ", "{", "}", "[", "]",
        ", ", "'", "\"", "|", ">", "|2\n", "&a ", "*a", "*a ", "!", "!!str ", "!<x>", "%YAML 1.1\n", "%TAG ! x\n", "---", "--- ", "...", "#", " # ", "? ", "<<: ", "~", "\t", "\\U", "\\x0",
        "\uFEFF", "\u2028", "\0", "\u0085", "é", "😀", "\\uD800", "1", "1e999", "0x", ".inf", "nats://h", "tls://", "@", "`", "1s", "99999999999999999999",
    ];

    private readonly ProbeFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Any_text() => Check(ArbMap.Default.GeneratorFor<string?>().Select(s => s ?? ""));

    [Fact]
    public void Any_sequence_of_yaml_fragments() => Check(Gen.Elements(Fragments).ArrayOf().Select(string.Concat));

    [Fact]
    public void Any_cut_or_inserted_piece_of_a_sound_file() => Check(
        from at in Gen.Choose(0, Sample.Length)
        from cut in Gen.Choose(0, 12)
        from piece in Gen.Elements(Fragments)
        from end in Gen.Frequency((4, Gen.Constant(Sample.Length)), (1, Gen.Choose(at, Sample.Length)))
        select string.Concat(Sample.AsSpan(0, at), piece, Sample.AsSpan(Math.Min(at + cut, end), end - Math.Min(at + cut, end))));

    [Fact]
    public void Any_bytes() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(300),
        Prop.ForAll(ArbMap.Default.GeneratorFor<byte[]>().ToArbitrary(), bytes =>
        {
            var path = _folder.Put("file.yaml", "");
            File.WriteAllBytes(path, bytes);
            Assert.NotEmpty(ProbeFileReader.Read(path).Errors);
        }));

    private void Check(Gen<string> texts) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(1500),
        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            var read = _folder.Read(text);
            Assert.True(read.Errors.Count > 0 || read.Files.Count == 1);
            var lines = File.ReadAllText(Path.Combine(_folder.Root, "file.yaml")).ReplaceLineEndings("\n").Split('\n');
            foreach (var e in read.Errors.Concat(read.Warnings))
            {
                Assert.True(e.Line >= 1 && e.Line <= lines.Length, $"{e} in {lines.Length} lines");
                Assert.True(e.Column >= 1 && e.Column <= lines[e.Line - 1].Length + 1, $"{e} in <{lines[e.Line - 1]}>");
                Assert.DoesNotContain('\n', e.ToString());
            }
        }));
}
