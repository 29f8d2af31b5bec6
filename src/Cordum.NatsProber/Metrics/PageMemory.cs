using System.Buffers;
using System.Runtime.InteropServices;

namespace Cordum.NatsProber.Metrics;

/// <summary>
/// Memory for a page that is being sent: taken from the system and given back, past the garbage collector. A page of thousands of endpoints is larger than all
/// else that the prober holds; on the managed heap it stayed there until a collection that stops the prober, and cost it one.
/// </summary>
internal sealed class PageMemory : MemoryPool<byte>
{
    /// <summary>What a piece holds unless more is asked for, in bytes: from this size on the C library takes it from the system, and gives it back.</summary>
    private const int PieceSize = 1 << 20;

    /// <summary>The one that there need be: it keeps nothing.</summary>
    public static readonly PageMemory Instance = new();

    public override int MaxBufferSize => int.MaxValue;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => new Piece(Math.Max(minBufferSize, PieceSize));

    protected override void Dispose(bool disposing)
    {
    }

    private sealed unsafe class Piece(int length) : MemoryManager<byte>
    {
        private byte* _memory = (byte*)NativeMemory.Alloc((nuint)length);

        public override Span<byte> GetSpan()
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            return new(_memory, length);
        }

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)length, nameof(elementIndex));
            return new(_memory + elementIndex);
        }

        public override void Unpin()
        {
            // It does not move.
        }

        protected override void Dispose(bool disposing)
        {
            NativeMemory.Free(_memory);
            _memory = null;
        }
    }
}
