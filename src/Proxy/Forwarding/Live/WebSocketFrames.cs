namespace AuthProxy.Proxy.Forwarding.Live;

/// <summary>Follows one direction of a WebSocket (RFC 6455, section 5.2) just far enough to know where a frame ends.</summary>
internal struct WebSocketFrames
{
    private const byte CloseOpcode = 0x8;
    private const byte MaskFlag = 0x80;
    private const int ShortHeader = 2;
    private const int MaskLength = 4;

    private byte _opcode;
    private int _headerRead;
    private int _lengthEnds;
    private int _headerLength;
    private ulong _length;
    private ulong _payloadLeft;

    /// <summary>Whether the next byte begins a frame.</summary>
    public readonly bool IsAtBoundary => _headerRead == 0 && _payloadLeft == 0;

    /// <summary>Whether a close frame has begun: no other frame may follow it.</summary>
    public bool SawClose { get; private set; }

    /// <summary>Reads on over all bytes.</summary>
    public void Follow(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[ReadFrame(bytes)..];
        }
    }

    /// <summary>Reads on to the end of the frame or of the bytes, whichever comes first; how many bytes that were.</summary>
    public int ReadFrame(ReadOnlySpan<byte> bytes)
    {
        var read = 0;
        while (read < bytes.Length)
        {
            if (_payloadLeft > 0)
            {
                var part = (int)Math.Min(_payloadLeft, (ulong)(bytes.Length - read));
                _payloadLeft -= (ulong)part;
                read += part;
            }
            else
            {
                ReadHeader(bytes[read++]);
            }

            if (IsAtBoundary)
            {
                break;
            }
        }

        return read;
    }

    private void ReadHeader(byte next)
    {
        if (_headerRead == 0)
        {
            _opcode = (byte)(next & 0x0F);
        }
        else if (_headerRead == 1)
        {
            ReadShortLength(next);
        }
        else if (_headerRead < _lengthEnds)
        {
            _length = (_length << 8) | next;
        }

        _headerRead++;
        if (_headerRead >= ShortHeader && _headerRead == _headerLength)
        {
            SawClose |= _opcode == CloseOpcode;
            _payloadLeft = _length;
            _headerRead = 0;
        }
    }

    private void ReadShortLength(byte next)
    {
        var length = next & ~MaskFlag;
        _lengthEnds = ShortHeader + (length switch { 126 => sizeof(ushort), 127 => sizeof(ulong), _ => 0 });
        _headerLength = _lengthEnds + ((next & MaskFlag) != 0 ? MaskLength : 0);
        _length = length < 126 ? (ulong)length : 0;
    }
}
