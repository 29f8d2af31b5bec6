using System.Net;
using System.Text.Json;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Drills;

/// <summary>What an API answered, or, in a sentence, why it did not.</summary>
/// <param name="Value">The answer; null if there is a problem.</param>
/// <param name="Problem">In words; null if there is an answer.</param>
internal sealed record Answer<T>(T? Value, string? Problem)
    where T : class;

/// <summary>An HTTP API that is only asked. That it is down, or answers nonsense, is an answer, too, and never an exception.</summary>
/// <param name="name">What it is, such as <c>Prometheus</c>.</param>
/// <param name="address">Where it is; a path in it stays.</param>
/// <param name="patience">How long an answer may take, all of it; null for 10 s.</param>
internal sealed class JsonApi(string name, Uri address, TimeSpan? patience = null) : IDisposable
{
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(10);
    private const long LargestAnswer = 64 * 1024 * 1024;

    // Where a redirect leads to is somebody whom nobody has named: a login page, or worse. It is told, and not followed.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = !address.IsLoopback, ConnectTimeout = patience ?? UsualPatience, AllowAutoRedirect = false })
    {
        Timeout = patience ?? UsualPatience,
        MaxResponseContentBufferSize = LargestAnswer,
    };

    /// <summary>A text in an answer: never null, and fit for a line and a cell, since it will be shown.</summary>
    /// <exception cref="FormatException">It is null.</exception>
    /// <exception cref="InvalidOperationException">It is no text.</exception>
    public static string Text(JsonElement value) => Shown(value.GetString() ?? throw new FormatException("null in place of text"));

    /// <summary>The labels of a series or an alert.</summary>
    /// <exception cref="ArgumentException">One is there twice.</exception>
    /// <exception cref="FormatException">One has null in place of text.</exception>
    /// <exception cref="InvalidOperationException">It is no object, or one is no text.</exception>
    public static IReadOnlyDictionary<string, string> Labels(JsonElement of) =>
        of.EnumerateObject().ToDictionary(label => label.Name, label => Text(label.Value), StringComparer.Ordinal);

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
            if ((int)response.StatusCode is >= 300 and < 400)
                return Problem($"answers {resource} with status {(int)response.StatusCode}{Redirect(response.Headers.Location)}");
            var text = await response.Content.ReadAsStringAsync(stop).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
                return Problem($"answers {resource} with status {(int)response.StatusCode}{Reason(text)}");
            using var json = JsonDocument.Parse(text);
            return new(read(json.RootElement), null);
        }
        catch (HttpRequestException e)
        {
            // It may quote what was answered.
            return Problem($"does not answer: {Shown(e.Message)}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Problem($"does not answer {resource} within {(patience ?? UsualPatience).TotalSeconds:0.#} s");
        }
        catch (Exception e) when (IsOfStrangeJson(e))
        {
            return Problem($"answers {resource} with something else than {name} does: is the address right?");
        }

        Answer<T> Problem(string what) => new(null, $"{name} at {address} {what}");
    }

    public void Dispose() => _http.Dispose();

    /// <summary>
    /// No JSON, an element of another kind, a member that is missing or null, one that is there twice, a number out of range, half a character, a character set that
    /// nobody knows.
    /// </summary>
    private static bool IsOfStrangeJson(Exception e) =>
        e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException or OverflowException;

    /// <summary>Whereto, without what may be secret in it.</summary>
    private static string Redirect(Uri? location) => location switch
    {
        { IsAbsoluteUri: true } => $": redirects to {Shown(location.Authority)}",
        not null => ": redirects to another path of its own",
        null => "",
    };

    /// <summary>Why, in its own words: both have an error's text as <c>error</c> or as a bare string.</summary>
    private static string Reason(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            var reason = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) ? error : root;
            return reason.ValueKind == JsonValueKind.String && reason.GetString() is { Length: > 0 } words ? $": {Shown(words)}" : "";
        }
        catch (Exception e) when (IsOfStrangeJson(e))
        {
            return "";
        }
    }

    /// <summary>Foreign words. A backtick would make code of the rest of a report's cell.</summary>
    private static string Shown(string words) => Printable.Of(words).Replace('`', '\'');
}
