namespace NATS.NKeys;

/// <summary>What a key is for. The value is the prefix byte: its upper five bits are the letter that the public key starts with.</summary>
internal enum KeyKind : byte
{
    /// <summary><c>A</c></summary>
    Account = 0 << 3,

    /// <summary><c>C</c></summary>
    Cluster = 2 << 3,

    /// <summary><c>N</c></summary>
    Server = 13 << 3,

    /// <summary><c>O</c></summary>
    Operator = 14 << 3,

    /// <summary><c>U</c></summary>
    User = 20 << 3,

    /// <summary><c>X</c>: X25519, which encrypts and cannot sign.</summary>
    Curve = 23 << 3,
}
