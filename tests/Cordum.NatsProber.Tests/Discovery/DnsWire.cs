using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cordum.NatsProber.Tests.Discovery;

/// <summary>The types of record that <see cref="TestDnsServer"/> knows.</summary>
internal enum DnsType : ushort
{
    A = 1,
    Cname = 5,
    Aaaa = 28,
    Srv = 33,
}

/// <summary>The outcomes that it knows.</summary>
internal enum DnsRcode : byte
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NoSuchName = 3,
    Refused = 5,
}

/// <summary>A question that was heard.</summary>
internal sealed record DnsAsked(string Name, DnsType Type, bool OverTcp);

/// <summary>A question as it came: with what its answer needs.</summary>
internal sealed record DnsQuestionPacket(ushort Id, string Name, DnsType Type, bool HasEdns, int LongestDatagram);

/// <summary>One record, without its owner.</summary>
internal sealed record DnsRecord(DnsType Type, uint Ttl, byte[] Data)
{
    /// <summary>Where a CNAME leads.</summary>
    public string Target { get; private init; } = "";

    /// <summary>A or AAAA, as the address is.</summary>
    public static DnsRecord Address(string address, uint ttl = 30)
    {
        var parsed = IPAddress.Parse(address);
        return new(parsed.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa, ttl, parsed.GetAddressBytes());
    }

    public static DnsRecord Alias(string target, uint ttl = 30) => new(DnsType.Cname, ttl, DnsWire.Name(target)) { Target = target };

    /// <summary>Target "" is the root: "not offered here".</summary>
    public static DnsRecord Service(string target, ushort port, uint ttl = 30, ushort priority = 0, ushort weight = 0) =>
        new(DnsType.Srv, ttl, [.. DnsWire.Number(priority), .. DnsWire.Number(weight), .. DnsWire.Number(port), .. DnsWire.Name(target)]);
}

/// <summary>As much of the wire format (RFC 1035, 4) as a test server needs.</summary>
internal static class DnsWire
{
    private const int HeaderLength = 12;

    public static DnsQuestionPacket ReadQuestion(byte[] packet)
    {
        var labels = new List<string>();
        var at = HeaderLength;
        while (packet[at] is > 0 and var length)
        {
            labels.Add(Encoding.ASCII.GetString(packet, at + 1, length));
            at += 1 + length;
        }

        var type = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at + 1));
        // An OPT record, the only one that a question carries, holds the longest datagram in the place of the class (RFC 6891, 6.1.2).
        var hasEdns = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(10)) > 0;
        var longest = hasEdns ? BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at + 5 + 3)) : 512;
        return new(BinaryPrimitives.ReadUInt16BigEndian(packet), string.Join('.', labels), (DnsType)type, hasEdns, longest);
    }

    public static byte[] Write(DnsQuestionPacket question, DnsRcode rcode, IReadOnlyCollection<(string Owner, DnsRecord Record)> answers, bool truncated = false)
    {
        // An answer (0x80), truncated or not (0x02), to a question that wished for recursion (0x01), which is offered (0x80).
        var flags = (ushort)(0x8180 | (truncated ? 0x0200 : 0) | (byte)rcode);
        return
        [
            .. Number(question.Id), .. Number(flags), .. Number(1), .. Number((ushort)answers.Count), .. Number(0), .. Number(0),
            .. Name(question.Name), .. Number((ushort)question.Type), .. Number(1),
            .. answers.SelectMany(answer => (byte[])
            [
                .. string.Equals(answer.Owner, question.Name, StringComparison.OrdinalIgnoreCase) ? [0xC0, HeaderLength] : Name(answer.Owner),
                .. Number((ushort)answer.Record.Type), .. Number(1),
                .. Number((ushort)(answer.Record.Ttl >> 16)), .. Number((ushort)answer.Record.Ttl),
                .. Number((ushort)answer.Record.Data.Length), .. answer.Record.Data,
            ]),
        ];
    }

    public static byte[] Name(string name) =>
        [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    public static byte[] Number(ushort number) => [(byte)(number >> 8), (byte)number];
}
