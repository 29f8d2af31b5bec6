using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using NATS.NKeys.Tests;

namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>An operator that vouches for an account that vouches for a user: what <c>nsc</c> makes for a broker in operator mode.</summary>
internal sealed class JwtChain
{
    private const string NoLimits =
        """{ "limits": { "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1, "leaf": -1 } }""";

    private const string MayDoAll = """{ "pub": {}, "sub": {}, "subs": -1, "data": -1, "payload": -1 }""";

    private readonly TestKey _operator = new('O');
    private readonly TestKey _account = new('A');
    private readonly TestKey _user = new('U');

    /// <summary>Made once: a broker does not reload a configuration in which its operator has changed, be it only the date.</summary>
    private readonly string _operatorJwt;

    internal JwtChain() => _operatorJwt = Claims(_operator, _operator, "operator", "{}");

    /// <summary>The user's public key.</summary>
    internal string User => _user.PublicKeyText;

    /// <summary>The configuration of a broker that trusts this operator and knows the account.</summary>
    /// <param name="revoked">Whether the account revokes all JWTs of the user that were issued until now.</param>
    internal string ServerConfiguration(bool revoked = false) => $$"""
        operator: {{_operatorJwt}}
        resolver: MEMORY
        resolver_preload: { {{_account.PublicKeyText}}: {{Claims(_operator, _account, "account", revoked ? Revoking() : NoLimits)}} }
        """;

    /// <summary>A credentials file for the user.</summary>
    /// <param name="seed">The seed to put in; the user's own if none.</param>
    /// <param name="vouchedBy">The account that signs; this chain's own if none.</param>
    /// <param name="expires">When the JWT expires; never if there is no time.</param>
    internal string Credentials(string? seed = null, TestKey? vouchedBy = null, DateTimeOffset? expires = null) => $"""
        -----BEGIN NATS USER JWT-----
        {Claims(vouchedBy ?? _account, _user, "user", MayDoAll, expires)}
        ------END NATS USER JWT------

        -----BEGIN USER NKEY SEED-----
        {seed ?? _user.SeedText}
        ------END USER NKEY SEED------
        """;

    private string Revoking()
    {
        var account = JsonNode.Parse(NoLimits)!;
        account["revocations"] = new JsonObject { [_user.PublicKeyText] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() };
        return account.ToJsonString();
    }

    private static string Claims(TestKey issuer, TestKey subject, string type, string grants, DateTimeOffset? expires = null)
    {
        var nats = JsonNode.Parse(grants)!;
        nats["type"] = type;
        nats["version"] = 2;
        var claims = new JsonObject
        {
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["iss"] = issuer.PublicKeyText,
            ["sub"] = subject.PublicKeyText,
            ["name"] = type,
            ["nats"] = nats,
        };
        if (expires is { } end)
            claims["exp"] = end.ToUnixTimeSeconds();
        var signed = Url("""{"typ":"JWT","alg":"ed25519-nkey"}""") + "." + Url(claims.ToJsonString());
        return signed + "." + Base64Url.EncodeToString(issuer.Sign(Encoding.ASCII.GetBytes(signed)));
    }

    private static string Url(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
