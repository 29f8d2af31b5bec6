using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace Cordum.NatsProber.Tests.Probes;

/// <summary>The schema that serves editors.</summary>
internal static class ProbeFileSchema
{
    private static readonly JsonSchema Schema = JsonSchema.FromJsonAsync(File.ReadAllText(Path)).GetAwaiter().GetResult();

    public static string Path => System.IO.Path.Combine(ProbeFolder.Repository, "probes", "probe-file.schema.json");

    public static JObject Json { get; } = JObject.Parse(File.ReadAllText(Path));

    /// <returns>What is wrong; empty for a valid document.</returns>
    public static IEnumerable<string> Validate(JToken document) => Schema.Validate(document).Select(e => $"{e.Path}: {e.Kind}");
}
