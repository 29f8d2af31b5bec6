using System.Buffers.Text;
using System.Text.Json;

namespace Cordum.NatsProber.Links;

/// <summary>What a user's JWT says of itself. Read, not believed: only the broker can judge the signature.</summary>
/// <param name="User">The user's public key (<c>sub</c>); null if there is none.</param>
/// <param name="Account">The public key of the account, or of the account's signing key, that vouches for it (<c>iss</c>); null if there is none.</param>
/// <param name="Expires">When a broker will no longer take it (<c>exp</c>, to the second); null for never.</param>
internal sealed record JwtClaims(string? User, string? Account, DateTimeOffset? Expires)
{
    /// <summary>Reads the claims.</summary>
    /// <returns>Null for what is no JWT.</returns>
    public static JwtClaims? TryParse(string? jwt)
    {
        if (jwt?.Split('.') is not [_, var claims, _])
            return null;
        try
        {
            using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(claims.AsSpan().TrimEnd('=')));
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? new JwtClaims(Text(json.RootElement, "sub"), Text(json.RootElement, "iss"), Time(json.RootElement, "exp"))
                : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException) // the last for text that is no UTF-8
        {
            return null;
        }
    }

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Printable.Of(value.GetString()!) : null;

    /// <summary>Seconds since 1970, with a fraction or without. nats-server takes 0 for never, and so do times that no calendar has.</summary>
    private static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds > 0
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;
}
