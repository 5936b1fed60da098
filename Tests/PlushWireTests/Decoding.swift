import NIOCore
import PlushWire
import Testing

/// Decodes as the owner of a link does: the message and, of a log message, all its records.
func decodeMessage(type: UInt8, payload: [UInt8]) throws(WireError) -> Message {
    let message = try Message(type: type, payload: buffer(payload))
    if case .log(let batch) = message { _ = try batch.decoded() }
    return message
}

/// Decodes a launch message from its payload.
func decodeLaunchMessage(type: UInt8, payload: [UInt8]) throws(WireError) -> LaunchMessage {
    var input = ByteBuffer(integer: UInt32(payload.count + 1))
    input.writeInteger(type)
    input.writeBytes(payload)
    guard let frame = try FrameDecoder().next(from: &input) else { throw WireError(.truncated, "frame") }
    return try LaunchMessage(frame)
}

/// Decodes one value that must fill all the bytes.
func decode<Value: WireValue>(_: Value.Type, _ bytes: [UInt8]) throws(WireError) -> Value {
    var reader = WireReader(buffer(bytes))
    let value = try Value(from: &reader)
    try reader.finish("value")
    return value
}

/// The bytes of one value.
func encode(_ value: some WireValue) -> [UInt8] {
    var writer = WireWriter()
    value.write(to: &writer)
    return Array(writer.buffer.readableBytesView)
}

/// The frame of a message.
func frame(_ message: Message) -> [UInt8] {
    var out = ByteBuffer()
    message.encode(into: &out)
    return Array(out.readableBytesView)
}

/// The frame of a launch message.
func frame(_ message: LaunchMessage) -> [UInt8] {
    var out = ByteBuffer()
    message.encode(into: &out)
    return Array(out.readableBytesView)
}

/// The code with which `decode` refuses, or nil when it accepts.
func refusal<Value>(_ decode: () throws(WireError) -> Value) -> WireError.Code? {
    do throws(WireError) {
        _ = try decode()
        return nil
    } catch {
        return error.code
    }
}
