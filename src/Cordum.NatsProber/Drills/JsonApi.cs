using System.Net;
using System.Text.Json;

namespace Cordum.NatsProber.Drills;

/// <summary>What an API answered, or, in a sentence, why it did not.</summary>
/// <param name="Value">The answer; null if there is a problem.</param>
/// <param name="Problem">In words; null if there is an answer.</param>
internal sealed record Answer<T>(T? Value, string? Problem)
    where T : class;

/// <summary>An HTTP API that is only asked. That it is down is an answer, too, and never an exception.</summary>
/// <param name="name">What it is, such as <c>Prometheus</c>.</param>
/// <param name="address">Where it is; a path in it stays.</param>
internal sealed class JsonApi(string name, Uri address) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const long LargestAnswer = 64 * 1024 * 1024;
    private const int LongestQuote = 300;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = !address.IsLoopback, ConnectTimeout = Patience })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = LargestAnswer,
    };

    /// <summary>Asks.</summary>
    /// <param name="path">Path and query, from a slash on.</param>
    /// <param name="read">Reads the answer.</param>
    /// <param name="stop">Ends it early.</param>
    public async Task<Answer<T>> GetAsync<T>(string path, Func<JsonElement, T> read, CancellationToken stop)
        where T : class
    {
        var resource = path.Split('?')[0];
        try
        {
            using var response = await _http.GetAsync(new Uri(address.AbsoluteUri.TrimEnd('/') + path), stop).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(stop).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
                return Problem($"answers {resource} with status {(int)response.StatusCode}{Reason(text)}");
            using var json = JsonDocument.Parse(text);
            return new(read(json.RootElement), null);
        }
        catch (HttpRequestException e)
        {
            return Problem($"does not answer: {e.Message}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Problem($"does not answer {resource} within {Patience.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return Problem($"answers {resource} with something else than {name} does: is the address right?");
        }

        Answer<T> Problem(string what) => new(null, $"{name} at {address} {what}");
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Why, in its own words: both have an error's text as <c>error</c> or as a bare string.</summary>
    private static string Reason(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            var reason = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) ? error : root;
            return reason.ValueKind == JsonValueKind.String && reason.GetString() is { Length: > 0 } words ? $": {words[..Math.Min(words.Length, LongestQuote)]}" : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
