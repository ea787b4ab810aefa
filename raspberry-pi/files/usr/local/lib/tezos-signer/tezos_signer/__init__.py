"""The Python programs on a signer's Raspberry Pi: its health endpoint and signer-doctor.

They need Python 3.11 or newer (Debian 12, Raspberry Pi OS Bookworm) and only its standard library.
"""
