"""An independent peer for a sealed link, on standard input and output.

Noise comes from PyPI's noiseprotocol, the gate from hashlib: nothing here is shared with the Swift side. After the
handshake the peer sends one record with the handshake hash and the payload it was shown, then answers each record with
its bytes reversed, until its input ends.

usage: noise_peer.py initiator|responder OVERLAY_ID BOOTSTRAP_KEY STATIC_PRIVATE REMOTE_STATIC PAYLOAD RECORDS_PER_KEY
(all but the first and last in hex)
"""

import hashlib
import signal
import struct
import sys

from noise.connection import Keypair, NoiseConnection

SECONDS_MAX = 60  # a peer that waits for a test that died ends by itself


def read_exactly(count):
    data = sys.stdin.buffer.read(count)
    if len(data) != count:
        sys.exit(0 if not data else 1)
    return data


def write(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


class Link:
    def __init__(self, role, overlay, bootstrap, static, remote, records_per_key):
        self.preface = b"PLSH" + struct.pack(">H", 1) + overlay
        self.bootstrap = bootstrap
        self.records_per_key = records_per_key
        self.sent = 0
        self.received = 0
        self.noise = NoiseConnection.from_name(b"Noise_IK_25519_ChaChaPoly_BLAKE2b")
        self.noise.set_prologue(self.preface)
        self.noise.set_keypair_from_private_bytes(Keypair.STATIC, static)
        if role == "initiator":
            self.noise.set_as_initiator()
            self.noise.set_keypair_from_public_bytes(Keypair.REMOTE_STATIC, remote)
        else:
            self.noise.set_as_responder()
        self.noise.start_handshake()

    def tag(self, context, message):
        return hashlib.blake2b(context + message, key=self.bootstrap, digest_size=16).digest()

    def write_message(self, context, payload):
        message = bytes(self.noise.write_message(payload))
        gate = self.tag(context, message)
        write(struct.pack(">H", len(gate) + len(message)) + gate + message)
        return gate

    def read_message(self, context):
        (length,) = struct.unpack(">H", read_exactly(2))
        gate = read_exactly(16)
        message = read_exactly(length - 16)
        if gate != self.tag(context, message):
            sys.exit("the gate does not match")
        return gate, bytes(self.noise.read_message(message))

    def initiate(self, payload):
        write(self.preface)
        gate = self.write_message(self.preface, payload)
        return self.read_message(self.preface + gate)[1]

    def respond(self, payload):
        if read_exactly(len(self.preface)) != self.preface:
            sys.exit("the preface does not match")
        gate, shown = self.read_message(self.preface)
        self.write_message(self.preface + gate, payload)
        return shown

    def seal(self, data):
        record = bytes(self.noise.encrypt(data))
        write(struct.pack(">H", len(record)) + record)
        self.sent += 1
        if self.sent % self.records_per_key == 0:
            self.noise.rekey_outbound_cipher()

    def open(self):
        (length,) = struct.unpack(">H", read_exactly(2))
        data = bytes(self.noise.decrypt(read_exactly(length)))
        self.received += 1
        if self.received % self.records_per_key == 0:
            self.noise.rekey_inbound_cipher()
        return data


def main():
    signal.alarm(SECONDS_MAX)
    role, rest, records_per_key = sys.argv[1], [bytes.fromhex(a) for a in sys.argv[2:7]], int(sys.argv[7])
    overlay, bootstrap, static, remote, payload = rest
    link = Link(role, overlay, bootstrap, static, remote, records_per_key)
    shown = link.initiate(payload) if role == "initiator" else link.respond(payload)
    link.seal(bytes(link.noise.get_handshake_hash()) + shown)
    while True:
        link.seal(link.open()[::-1])


main()
