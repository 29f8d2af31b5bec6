using System.Buffers.Text;
using System.Text;
using Cordum.NatsProber.Links;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Links;

public sealed class JwtClaimsTests
{
    internal static string Jwt(string claims) =>
        $"{Base64Url.EncodeToString("""{"typ":"JWT","alg":"ed25519-nkey"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2ln";

    [Fact]
    public void User_account_and_end_are_read() =>
        Assert.Equal(
            new JwtClaims("UUSER", "AACCOUNT", new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)),
            JwtClaims.TryParse(Jwt("""{"sub":"UUSER","iss":"AACCOUNT","exp":1893456000,"nats":{"exp":1}}""")));

    [Theory]
    [InlineData("1893456000.75", 1893456000L)]
    [InlineData("1.893456e9", 1893456000L)]
    [InlineData("1", 1L)]
    [InlineData("253402300799", 253402300799)]
    [InlineData("253402300800", null)]
    [InlineData("1e300", null)]
    [InlineData("1e999", null)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("\"1893456000\"", null)]
    [InlineData("null", null)]
    [InlineData("{}", null)]
    public void The_end_is_a_number_of_seconds_or_never(string exp, long? seconds) =>
        Assert.Equal(
            seconds is { } known ? DateTimeOffset.FromUnixTimeSeconds(known) : null,
            JwtClaims.TryParse(Jwt($$"""{"exp":{{exp}}}"""))!.Expires);

    [Fact]
    public void Claims_that_are_no_text_are_none()
    {
        byte[] claims = [.. """{"sub":"U"""u8, 0xFF, .. "\"}"u8];

        Assert.Null(JwtClaims.TryParse($"e30.{Base64Url.EncodeToString(claims)}.c2ln"));
    }

    [Fact]
    public void Without_claims_nothing_is_known() => Assert.Equal(new JwtClaims(null, null, null), JwtClaims.TryParse(Jwt("{}")));

    [Fact]
    public void Padding_is_tolerated()
    {
        var jwt = Jwt("""{"exp":10}""").Split('.');

        Assert.NotNull(JwtClaims.TryParse($"{jwt[0]}.{jwt[1]}==.{jwt[2]}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("eyJ.!!!!.x")]
    [InlineData("eyJ.eyJ9.x")]
    [InlineData("eyJ.W10.x")] // []
    [InlineData("eyJ.bnVsbA.x")] // null
    [InlineData("eyJ.gIGC.x")] // not UTF-8
    public void Garbage_is_none(string? jwt) => Assert.Null(JwtClaims.TryParse(jwt));

    [Property(MaxTest = 1000)]
    public void Any_text_can_be_asked(string header, string claims, string signature, byte[] bytes)
    {
        JwtClaims.TryParse($"{header}.{claims}.{signature}");
        JwtClaims.TryParse($"{header}.{Base64Url.EncodeToString(bytes)}.{signature}");
        JwtClaims.TryParse(Jwt(claims ?? ""));
    }
}
