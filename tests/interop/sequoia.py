"""Sequoia at the command line, through pysequoia, for `cargo xtask interop`: one operation per call, input on standard
input, result on standard output."""

import sys
from importlib.metadata import version

from pysequoia import Cert, CipherSuite, Profile, Sig, SignatureMode, Tsk
from pysequoia import decrypt, encrypt, sign, verify
from pysequoia.packet import PacketPile, Tag

PERSON = "Peer <peer@example.org>"

# Keys by the names of the matrix.
KINDS = {
    "rsa": (CipherSuite.RSA3k, Profile.RFC4880),
    "curve25519": (CipherSuite.Cv25519, Profile.RFC4880),
    "p256": (CipherSuite.P256, Profile.RFC4880),
    "v6": (CipherSuite.Cv25519, Profile.RFC9580),
    "pqc-v6": (CipherSuite.MLDSA65_Ed25519, Profile.RFC9580),
    "pqc-v6-high": (CipherSuite.MLDSA87_Ed448, Profile.RFC9580),
}


def read(path):
    with open(path, "rb") as file:
        return file.read()


def generate(_, kind):
    if kind not in KINDS:
        raise ValueError(f"pysequoia makes no {kind}")
    suite, profile = KINDS[kind]
    return Tsk.generate(user_id=PERSON, cipher_suite=suite, profile=profile)


# There is no option for how a message is encrypted: it chooses by itself, and the matrix looks up what it chose.


def encrypt_to(data, _, path):
    return encrypt(data, recipients=[Cert.from_bytes(read(path))])


def encrypt_password(data, _, password):
    return encrypt(data, passwords=[password])


def one_subkey_each(path):
    """The key with each of its subkeys alone: pysequoia tries no other than the first one for encryption."""
    head, groups = [], []
    for packet in PacketPile.from_bytes(read(path)):
        if packet.tag == Tag.SecretSubkey:
            groups.append([])
        (groups[-1] if groups else head).append(packet)
    for group in groups:
        yield Tsk.from_packets(head + group)


def decrypt_key(data, path):
    why = ValueError("no subkey")
    for key in one_subkey_each(path):
        try:
            return decrypt(data, decryptor=key.decryptor()).bytes
        except Exception as error:  # it may be for another one
            why = error
    raise why


def decrypt_password(data, password):
    return decrypt(data, passwords=[password]).bytes


def signed(mode):
    return lambda data, path: sign(Tsk.from_bytes(read(path)).signer(), data, mode=mode)


def store(path):
    return lambda _: [Cert.from_bytes(read(path))]


def checked(result):
    if not result.valid_sigs:
        raise ValueError("no valid signature")
    return result.bytes


def verify_detached(data, path, signature):
    checked(verify(bytes=data, store=store(path), signature=Sig.from_bytes(read(signature))))
    return b""


def verify_clear(data, path):
    return checked(verify(bytes=data, store=store(path)))


OPERATIONS = {
    "generate": generate,
    "encrypt": encrypt_to,
    "encrypt-password": encrypt_password,
    "decrypt": decrypt_key,
    "decrypt-password": decrypt_password,
    "sign": signed(SignatureMode.DETACHED),
    "verify": verify_detached,
    "clearsign": signed(SignatureMode.CLEAR),
    "verify-clear": verify_clear,
    "version": lambda _: version("pysequoia"),
}

try:
    name, *args = sys.argv[1:]
    data = b"" if name in ("version", "generate") else sys.stdin.buffer.read()
    result = OPERATIONS[name](data, *args)
    if not isinstance(result, bytes):
        result = str(result).encode()
    sys.stdout.buffer.write(result)
except Exception as error:  # whatever it is, the matrix shows it
    sys.exit(f"{type(error).__name__}: {error}".partition("\n")[0].strip())
