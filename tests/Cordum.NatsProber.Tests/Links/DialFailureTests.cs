using System.Net.Sockets;
using System.Security.Authentication;
using Cordum.NatsProber.Links;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NATS.Client.Core;

namespace Cordum.NatsProber.Tests.Links;

public sealed class DialFailureTests
{
    [Theory]
    [InlineData(SocketError.ConnectionRefused, DisconnectCause.Refused)]
    [InlineData(SocketError.HostUnreachable, DisconnectCause.Refused)]
    [InlineData(SocketError.NetworkUnreachable, DisconnectCause.Refused)]
    [InlineData(SocketError.HostDown, DisconnectCause.Refused)]
    [InlineData(SocketError.ConnectionReset, DisconnectCause.Reset)]
    [InlineData(SocketError.ConnectionAborted, DisconnectCause.Reset)]
    [InlineData(SocketError.Shutdown, DisconnectCause.Reset)]
    [InlineData(SocketError.NetworkReset, DisconnectCause.Reset)]
    [InlineData(SocketError.TimedOut, DisconnectCause.Timeout)]
    [InlineData(SocketError.HostNotFound, DisconnectCause.Dns)]
    [InlineData(SocketError.TryAgain, DisconnectCause.Dns)]
    [InlineData(SocketError.NoData, DisconnectCause.Dns)]
    [InlineData(SocketError.NoRecovery, DisconnectCause.Dns)]
    [InlineData(SocketError.AccessDenied, DisconnectCause.Unknown)]
    [InlineData(SocketError.TooManyOpenSockets, DisconnectCause.Unknown)]
    public void Each_socket_error_has_its_cause_however_deep_it_lies(SocketError error, DisconnectCause cause)
    {
        var socket = new SocketException((int)error);

        Assert.Equal(cause, DialFailure.FromException(socket));
        Assert.Equal(cause, DialFailure.FromException(new IOException("unable to read", socket)));
        Assert.Equal(cause, DialFailure.FromException(new NatsException("can not connect", new IOException("unable to read", socket))));
        Assert.Equal(cause, DialFailure.FromException(new AggregateException(socket)));
    }

    public static TheoryData<Exception, DisconnectCause> OtherExceptions => new()
    {
        { new DialException(DisconnectCause.WrongServer, ""), DisconnectCause.WrongServer },
        { new NatsException("", new DialException(DisconnectCause.MaxConnections, "")), DisconnectCause.MaxConnections },
        { new AuthenticationException(), DisconnectCause.Tls },
        { new AuthenticationException("", new SocketException((int)SocketError.ConnectionReset)), DisconnectCause.Tls },
        { new EndOfStreamException(), DisconnectCause.Eof },
        { new TimeoutException(), DisconnectCause.Timeout },
        { new OperationCanceledException(), DisconnectCause.Timeout },
        { new TaskCanceledException("", new TimeoutException()), DisconnectCause.Timeout },
        { new IOException("broken pipe"), DisconnectCause.Reset },
        { new NatsException("can not connect"), DisconnectCause.Unknown },
        { new InvalidOperationException(), DisconnectCause.Unknown },
    };

    [Theory]
    [MemberData(nameof(OtherExceptions))]
    public void Each_other_exception_has_its_cause(Exception exception, DisconnectCause cause) => Assert.Equal(cause, DialFailure.FromException(exception));

    [Theory]
    [InlineData(DisconnectCause.Auth, -1, DisconnectCause.AuthExpired)]
    [InlineData(DisconnectCause.Auth, 0, DisconnectCause.AuthExpired)]
    [InlineData(DisconnectCause.Auth, 5, DisconnectCause.AuthExpired)] // by the broker's clock, perhaps
    [InlineData(DisconnectCause.Auth, 6, DisconnectCause.Auth)]
    [InlineData(DisconnectCause.Auth, null, DisconnectCause.Auth)]
    [InlineData(DisconnectCause.AuthExpired, 1, DisconnectCause.AuthExpired)]
    [InlineData(DisconnectCause.MaxConnections, -1, DisconnectCause.MaxConnections)]
    [InlineData(DisconnectCause.Eof, -1, DisconnectCause.Eof)]
    public void A_refusal_of_what_has_expired_is_auth_expired_and_nothing_else_is(DisconnectCause cause, int? secondsLeft, DisconnectCause refined)
    {
        var now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(refined, DialFailure.Refine(cause, secondsLeft is { } left ? now.AddSeconds(left) : null, now));
    }

    /// <summary>
    /// What nats-server 2.9.10 and 2.15 send to a client just before they close its connection, letter for letter; then what older servers, or
    /// the protocol's documentation, have instead.
    /// </summary>
    [Theory]
    [InlineData("Authorization Violation", DisconnectCause.Auth)]
    [InlineData("Authentication Timeout", DisconnectCause.Auth)]
    [InlineData("User Authentication Revoked", DisconnectCause.Auth)]
    [InlineData("User Authentication Expired", DisconnectCause.AuthExpired)]
    [InlineData("Account Authentication Expired", DisconnectCause.AuthExpired)]
    [InlineData("maximum connections exceeded", DisconnectCause.MaxConnections)]
    [InlineData("maximum account active connections exceeded", DisconnectCause.MaxConnections)]
    [InlineData("Connection throttling is active. Please try again later.", DisconnectCause.MaxConnections)]
    [InlineData("Stale Connection", DisconnectCause.Stale)]
    [InlineData("Secure Connection - TLS Required", DisconnectCause.Tls)]
    [InlineData("Unknown Protocol Operation", DisconnectCause.Protocol)]
    [InlineData("maximum control line exceeded", DisconnectCause.Protocol)]
    [InlineData("Maximum Payload Violation", DisconnectCause.Protocol)]
    [InlineData("invalid client protocol", DisconnectCause.Protocol)]
    [InlineData("no responders requires headers support", DisconnectCause.Protocol)]
    [InlineData("attempted to connect to route port", DisconnectCause.Protocol)]
    [InlineData("attempted to connect to leaf node port", DisconnectCause.Protocol)]
    [InlineData("attempted to connect to gateway port", DisconnectCause.Protocol)]
    [InlineData("attempted to connect to wrong port", DisconnectCause.Protocol)]
    [InlineData("Attempted To Connect To Route Port", DisconnectCause.Protocol)]
    [InlineData("Maximum Connections Exceeded", DisconnectCause.MaxConnections)]
    [InlineData("Maximum Control Line Exceeded", DisconnectCause.Protocol)]
    [InlineData("Invalid Client Protocol", DisconnectCause.Protocol)]
    [InlineData("Parser Error", DisconnectCause.Protocol)]
    [InlineData("Slow Consumer", DisconnectCause.SlowConsumer)]
    public void Each_error_after_which_a_broker_hangs_up_has_its_cause_in_either_case(string error, DisconnectCause cause)
    {
        Assert.Equal(cause, DialFailure.FromBrokerError(error));
        Assert.Equal(cause, DialFailure.FromBrokerError(error.ToUpperInvariant()));
        Assert.Equal(cause, DialFailure.FromBrokerError(error.ToLowerInvariant()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Invalid Subject")]
    [InlineData("Invalid Publish Subject")]
    [InlineData("maximum subscriptions exceeded")]
    [InlineData("Permissions Violation for Subscription to \"a\", too many tokens")]
    public void An_error_after_which_the_broker_stays_is_no_cause(string? error) => Assert.Null(DialFailure.FromBrokerError(error));

    /// <summary>Whatever a subject is named: a subject has no spaces, and every fatal text has one.</summary>
    [Property(MaxTest = 500)]
    public Property A_denied_subject_is_never_fatal()
    {
        var words = Gen.Elements("authorization", "violation", "stale", "connection", "slow", "consumer", "authentication", "expired", "maximum");
        var subject = words.NonEmptyListOf().Select(tokens => string.Join('.', tokens));
        return Prop.ForAll(subject.ToArbitrary(), denied =>
        {
            Assert.Null(DialFailure.FromBrokerError($"Permissions Violation for Publish to \"{denied}\""));
            Assert.Null(DialFailure.FromBrokerError($"Permissions Violation for Publish with Reply of \"{denied}\""));
            Assert.Null(DialFailure.FromBrokerError($"Permissions Violation for Subscription to \"{denied}\""));
            Assert.Null(DialFailure.FromBrokerError($"Permissions Violation for Subscription to \"{denied}\" using queue \"{denied}\""));
            Assert.Null(DialFailure.FromBrokerError($"Permissions Violation for Subscription to \"{denied}\" (sid \"7\")"));
        });
    }
}
