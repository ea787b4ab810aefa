"""Ed25519 by OpenSSL's libcrypto, which Python's ssl module depends on: https://docs.openssl.org/3.0/man7/Ed25519/."""

import ctypes

EVP_PKEY_ED25519 = 1087
KEY_SIZE = 32
SIGNATURE_SIZE = 64

_libcrypto = ctypes.CDLL("libcrypto.so.3")
for _name in ("EVP_PKEY_new_raw_private_key", "EVP_PKEY_new_raw_public_key", "EVP_MD_CTX_new"):
    getattr(_libcrypto, _name).restype = ctypes.c_void_p


def public_key_of(seed: bytes) -> bytes:
    """The public key of a secret key."""
    key = _private_key(seed)
    public, size = ctypes.create_string_buffer(KEY_SIZE), ctypes.c_size_t(KEY_SIZE)
    _libcrypto.EVP_PKEY_get_raw_public_key(key, public, ctypes.byref(size))
    _libcrypto.EVP_PKEY_free(key)
    return public.raw


def sign(seed: bytes, data: bytes) -> bytes:
    """Signs with a secret key. Raises OSError if OpenSSL fails."""
    key = _private_key(seed)
    context = ctypes.c_void_p(_libcrypto.EVP_MD_CTX_new())
    signature, size = ctypes.create_string_buffer(SIGNATURE_SIZE), ctypes.c_size_t(SIGNATURE_SIZE)
    _libcrypto.EVP_DigestSignInit(context, None, None, None, key)
    status = _libcrypto.EVP_DigestSign(context, signature, ctypes.byref(size), data, ctypes.c_size_t(len(data)))
    _libcrypto.EVP_MD_CTX_free(context)
    _libcrypto.EVP_PKEY_free(key)
    if status != 1:
        raise OSError("OpenSSL can't sign")
    return signature.raw


def is_valid(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether a signature is valid."""
    raw = (EVP_PKEY_ED25519, None, public_key, ctypes.c_size_t(KEY_SIZE))
    key = ctypes.c_void_p(_libcrypto.EVP_PKEY_new_raw_public_key(*raw))
    context = ctypes.c_void_p(_libcrypto.EVP_MD_CTX_new())
    _libcrypto.EVP_DigestVerifyInit(context, None, None, None, key)
    status = _libcrypto.EVP_DigestVerify(
        context, signature, ctypes.c_size_t(len(signature)), data, ctypes.c_size_t(len(data))
    )
    _libcrypto.EVP_MD_CTX_free(context)
    _libcrypto.EVP_PKEY_free(key)
    return bool(status == 1)


def _private_key(seed: bytes) -> ctypes.c_void_p:
    raw = (EVP_PKEY_ED25519, None, seed, ctypes.c_size_t(KEY_SIZE))
    return ctypes.c_void_p(_libcrypto.EVP_PKEY_new_raw_private_key(*raw))
