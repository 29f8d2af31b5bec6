namespace NATS.NKeys;

/// <summary>The 16-bit checksum of XMODEM: polynomial 0x1021, from zero, nothing reflected.</summary>
internal static class Crc16
{
    internal static ushort Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0;
        foreach (var b in bytes)
        {
            crc ^= (uint)b << 8;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
        }

        return (ushort)crc;
    }
}
