using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cordum.NatsProber.Tests.Discovery;

/// <summary>What a <see cref="TestDnsServer"/> does instead of answering.</summary>
internal enum DnsFault
{
    /// <summary>Answers SERVFAIL.</summary>
    ServerFailure,

    /// <summary>Answers REFUSED.</summary>
    Refused,

    /// <summary>Hears and says nothing.</summary>
    Silent,

    /// <summary>Sends bytes that are no message, under the right id.</summary>
    Garbage,

    /// <summary>Sends the right answer under another id.</summary>
    WrongId,

    /// <summary>Sends the right records for a question that nobody asked.</summary>
    WrongQuestion,

    /// <summary>Sends every answer over UDP empty and marked as truncated.</summary>
    Truncated,

    /// <summary>As <see cref="Truncated"/>, and says nothing over TCP.</summary>
    TruncatedAndSilent,

    /// <summary>Answers FORMERR to questions that carry EDNS.</summary>
    NoEdns,
}

/// <summary>A DNS server on loopback, UDP and TCP on one free port, that answers from a table which the test changes while it runs.</summary>
internal sealed class TestDnsServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, DnsRecord[]> _table = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<(string Name, DnsType? Type), DnsFault> _faults = new();
    private readonly ConcurrentQueue<DnsAsked> _asked = new();
    private readonly SemaphoreSlim _heard = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _tcp;
    private readonly UdpClient _udp;
    private readonly Task _serving;

    public TestDnsServer()
    {
        (_tcp, _udp) = Listen();
        EndPoint = (IPEndPoint)_tcp.LocalEndpoint;
        _serving = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Whether it follows aliases to their end, as a resolver does; a server of zones leaves that to who asks.</summary>
    public bool FollowsAliases { get; set; } = true;

    /// <summary>Every question so far, in order.</summary>
    public IReadOnlyCollection<DnsAsked> Asked => _asked;

    /// <summary>The name has these records, and no others; without any it exists all the same (NODATA).</summary>
    public void Set(string name, params DnsRecord[] records) => _table[name] = records;

    /// <summary>The name does not exist (NXDOMAIN), unless there are names below it.</summary>
    public void Remove(string name) => _table.TryRemove(name, out _);

    /// <summary>From now on, misbehaves: for one name or all, for one type or all. The closest that was set counts.</summary>
    public void Fail(DnsFault fault, string name = "", DnsType? type = null) => _faults[(name, type)] = fault;

    /// <summary>Returns when so many more questions have come, since the last time.</summary>
    public async Task HearAsync(int questions, CancellationToken stop)
    {
        for (var i = 0; i < questions; i++)
            await _heard.WaitAsync(stop);
    }

    /// <summary>Behaves again.</summary>
    public void Recover() => _faults.Clear();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving; // before the sockets go
        _tcp.Dispose();
        _udp.Dispose();
        _heard.Dispose();
        _stop.Dispose();
    }

    private static (TcpListener Tcp, UdpClient Udp) Listen()
    {
        while (true)
        {
            var tcp = new TcpListener(IPAddress.Loopback, 0);
            tcp.Start();
            try
            {
                return (tcp, new UdpClient((IPEndPoint)tcp.LocalEndpoint));
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                tcp.Dispose(); // somebody has that port for UDP
            }
        }
    }

    private async Task ServeUdpAsync()
    {
        try
        {
            while (true)
            {
                var received = await _udp.ReceiveAsync(_stop.Token);
                if (Answer(received.Buffer, overTcp: false) is { } answer)
                    await _udp.SendAsync(answer, received.RemoteEndPoint, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeTcpAsync()
    {
        var callers = new List<Task>();
        try
        {
            while (true)
                callers.Add(ServeCallerAsync(await _tcp.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(callers);
        }
    }

    private async Task ServeCallerAsync(TcpClient caller)
    {
        using (caller)
        {
            try
            {
                var stream = caller.GetStream();
                while (true)
                {
                    var length = new byte[2];
                    await stream.ReadExactlyAsync(length, _stop.Token);
                    var question = new byte[(length[0] << 8) | length[1]];
                    await stream.ReadExactlyAsync(question, _stop.Token);
                    if (Answer(question, overTcp: true) is { } answer)
                        await stream.WriteAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer], _stop.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The caller has gone, or the test is over.
            }
        }
    }

    /// <returns>Null for silence.</returns>
    private byte[]? Answer(byte[] packet, bool overTcp)
    {
        var question = DnsWire.ReadQuestion(packet);
        var fault = FaultFor(question.Name, question.Type); // before anybody is told of the question, and changes it
        _asked.Enqueue(new(question.Name, question.Type, overTcp));
        _heard.Release();
        return fault switch
        {
            DnsFault.ServerFailure => DnsWire.Write(question, DnsRcode.ServerFailure, []),
            DnsFault.Refused => DnsWire.Write(question, DnsRcode.Refused, []),
            DnsFault.NoEdns when question.HasEdns => DnsWire.Write(question, DnsRcode.FormatError, []),
            DnsFault.Silent => null,
            DnsFault.TruncatedAndSilent when overTcp => null,
            DnsFault.Truncated or DnsFault.TruncatedAndSilent when !overTcp => DnsWire.Write(question, DnsRcode.NoError, [], truncated: true),
            // A header that promises five records, and a name that points at itself.
            DnsFault.Garbage => [.. packet[..2], 0x81, 0x80, 0, 1, 0, 5, 0, 0, 0, 0, 0xC0, 0x0C, .. Enumerable.Repeat((byte)0xFF, 600)],
            DnsFault.WrongId => FromTable(question with { Id = (ushort)(question.Id + 1) }, overTcp),
            DnsFault.WrongQuestion => DnsWire.Write(question with { Name = "other.example" }, DnsRcode.NoError, [("other.example", DnsRecord.Address("127.9.9.9"))]),
            _ => FromTable(question, overTcp),
        };
    }

    private byte[] FromTable(DnsQuestionPacket question, bool overTcp)
    {
        var answers = new List<(string Owner, DnsRecord Record)>();
        var name = question.Name;
        for (var links = 0; links < 20; links++)
        {
            var here = _table.GetValueOrDefault(name, []);
            answers.AddRange(here.Where(record => record.Type == question.Type).Select(record => (name, record)));
            if (here.FirstOrDefault(record => record.Type == DnsType.Cname) is not { } alias)
                break;
            answers.Add((name, alias));
            name = alias.Target;
            if (!FollowsAliases)
                break;
        }

        var rcode = Exists(name) || !FollowsAliases && answers.Count > 0 ? DnsRcode.NoError : DnsRcode.NoSuchName;
        var answer = DnsWire.Write(question, rcode, answers);
        return overTcp || answer.Length <= question.LongestDatagram ? answer : DnsWire.Write(question, rcode, [], truncated: true);
    }

    /// <summary>A name with names below it exists, too (RFC 8020).</summary>
    private bool Exists(string name) =>
        _table.ContainsKey(name) || _table.Keys.Any(other => other.EndsWith("." + name, StringComparison.OrdinalIgnoreCase));

    private DnsFault? FaultFor(string name, DnsType type)
    {
        foreach (var key in new (string, DnsType?)[] { (name, type), (name, null), ("", type), ("", null) })
        {
            if (_faults.TryGetValue(key, out var fault))
                return fault;
        }

        return null;
    }
}
