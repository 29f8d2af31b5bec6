namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>The probe file of one broker: its name is cluster and endpoint at once, so that one prober can try many ways to get in.</summary>
internal static class AccessFile
{
    internal static string Of(string name, string url, string auth = "", string tls = "") => $"""
        cluster: {name}
        endpoints: [{"{"} name: {name}, url: "{url}" {"}"}]
        probes:
          request: {"{ every: 500ms, timeout: 400ms }"}
        {(auth.Length > 0 ? $"auth: {{ {auth} }}" : "")}
        {(tls.Length > 0 ? $"tls: {{ {tls} }}" : "")}
        """;
}
