#!/usr/bin/python3
"""A disk with a volatile cache that records all writes in order, so that power cuts can be simulated afterwards.

It serves one file over FUSE; a loop device on that file is the disk. The kernel writes to the file what it would write
to a disk, and calls fsync when it would flush the disk. A power cut keeps what was written before the last completed
flush. Of later writes, a disk may keep any part.

usage: recording-disk.py FILE IMAGE     (FILE exists: the disk is mounted over it. IMAGE: the disk's first content)
Commands, one a line on standard input; each is answered with a line on standard output:
  mark                   the number of writes and flushes so far, which identifies this moment
  cut MOMENT SEED FILE   write the disk as a power cut at that moment may have left it. SEED 0: the cache is lost;
                         1: all of it is kept; others: each sector is kept or lost, at random
At the end of the input, it unmounts the disk and exits.
"""

import ctypes
import errno
import os
import random
import select
import struct
import sys
from enum import IntEnum
from pathlib import Path

# The kernel's protocol: https://man7.org/linux/man-pages/man4/fuse.4.html. Structures, in the host's byte order:
# https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/include/uapi/linux/fuse.h?h=v6.1
PROTOCOL = (7, 31)
BIG_WRITES = 1 << 5
MAX_WRITE = 128 * 1024
MAX_READAHEAD = 65536

# struct fuse_in_header: len, opcode, unique, nodeid, uid, gid, pid, padding
REQUEST_HEADER = struct.Struct("=IIQQIIII")
# struct fuse_out_header: len, error, unique
ANSWER_HEADER = struct.Struct("=IiQ")
# struct fuse_init_out: major, minor, max_readahead, flags, max_background, congestion_threshold, max_write, time_gran,
# max_pages, map_alignment, flags2, unused
INIT_ANSWER = struct.Struct("=IIIIHHIIHHI28x")
# struct fuse_attr_out: attr_valid (seconds), attr_valid_nsec, dummy, attr
ATTRIBUTES_ANSWER = struct.Struct("=QII88s")
# struct fuse_attr: ino, size, blocks, atime, mtime, ctime, atimensec, mtimensec, ctimensec, mode, nlink, uid, gid,
# rdev, blksize, flags
ATTRIBUTES = struct.Struct("=QQQQQQIIIIIIIIII")
# struct fuse_open_out: fh, open_flags, padding
OPEN_ANSWER = struct.Struct("=QII")
# The beginning of struct fuse_read_in and of struct fuse_write_in: fh, offset, size
TRANSFER = struct.Struct("=QQI")
# struct fuse_write_in continues with write_flags, lock_owner, flags and padding; then the data begin.
WRITE_REQUEST_SIZE = TRANSFER.size + struct.calcsize("=IQII")
# struct fuse_write_out: size, padding
WRITE_ANSWER = struct.Struct("=II")
# struct fuse_kstatfs: blocks, bfree, bavail, files, ffree, bsize, namelen, frsize, padding, spare
STATFS_ANSWER = struct.Struct("=QQQQQIIII24x")

MNT_DETACH = 2
SECTOR = 512
BLOCK = 4096
ATTRIBUTES_SECONDS = 3600
SEED_NOTHING, SEED_EVERYTHING = 0, 1


class Opcode(IntEnum):
    """enum fuse_opcode."""

    FORGET = 2
    GETATTR = 3
    SETATTR = 4
    OPEN = 14
    READ = 15
    WRITE = 16
    STATFS = 17
    RELEASE = 18
    FSYNC = 20
    FLUSH = 25
    INIT = 26
    INTERRUPT = 36
    DESTROY = 38
    BATCH_FORGET = 42


WITHOUT_ANSWER = (Opcode.FORGET, Opcode.BATCH_FORGET, Opcode.INTERRUPT)


class Disk:
    """The disk's content, and all that was written to it."""

    def __init__(self, image: Path) -> None:
        self.first = image.read_bytes()
        self.now = bytearray(self.first)
        # Offset and data of each write, or None for a flush.
        self.record: list[tuple[int, bytes] | None] = []

    def write(self, offset: int, data: bytes) -> None:
        """Writes to the volatile cache."""
        self.now[offset : offset + len(data)] = data
        self.record.append((offset, data))

    def flush(self) -> None:
        """Makes everything permanent that was written so far."""
        self.record.append(None)

    def cut(self, moment: int, seed: int) -> bytearray:
        """The content after a power cut."""
        chance = random.Random(seed)
        record = self.record[:moment]
        flushed = max((number for number, entry in enumerate(record) if entry is None), default=-1)
        disk = bytearray(self.first)
        for number, entry in enumerate(record):
            if entry is None:
                continue
            offset, data = entry
            for start in range(0, len(data), SECTOR):
                if number <= flushed or is_kept(seed, chance):
                    sector = data[start : start + SECTOR]
                    disk[offset + start : offset + start + len(sector)] = sector
        return disk


def is_kept(seed: int, chance: random.Random) -> bool:
    """Whether a sector in the cache survives a power cut."""
    return seed == SEED_EVERYTHING or (seed != SEED_NOTHING and chance.choice((True, False)))


def serve_request(fuse: int, disk: Disk) -> bool:
    """Answers one request of the kernel. Returns False once the disk is unmounted."""
    try:
        request = os.read(fuse, MAX_WRITE + 65536)
    except OSError:
        return False
    _, opcode, unique, *_ = REQUEST_HEADER.unpack_from(request)
    if opcode in WITHOUT_ANSWER:
        return True
    answer = answer_to(opcode, request[REQUEST_HEADER.size :], disk)
    error = -errno.ENOSYS if answer is None else 0
    body = answer or b""
    os.write(fuse, ANSWER_HEADER.pack(ANSWER_HEADER.size + len(body), error, unique) + body)
    return bool(opcode != Opcode.DESTROY)


def answer_to(opcode: int, body: bytes, disk: Disk) -> bytes | None:  # noqa: PLR0911 one case for each opcode
    """The body of the answer, or None for an opcode that is not supported."""
    match opcode:
        case Opcode.INIT:
            return INIT_ANSWER.pack(*PROTOCOL, MAX_READAHEAD, BIG_WRITES, 12, 9, MAX_WRITE, 1, MAX_WRITE // BLOCK, 0, 0)
        case Opcode.GETATTR | Opcode.SETATTR:
            attributes = ATTRIBUTES.pack(1, len(disk.now), 0, 0, 0, 0, 0, 0, 0, 0o100600, 1, 0, 0, 0, BLOCK, 0)
            return ATTRIBUTES_ANSWER.pack(ATTRIBUTES_SECONDS, 0, 0, attributes)
        case Opcode.OPEN:
            return OPEN_ANSWER.pack(0, 0, 0)
        case Opcode.READ:
            _, offset, size = TRANSFER.unpack_from(body)
            return bytes(disk.now[offset : offset + size])
        case Opcode.WRITE:
            _, offset, size = TRANSFER.unpack_from(body)
            disk.write(offset, body[WRITE_REQUEST_SIZE : WRITE_REQUEST_SIZE + size])
            return WRITE_ANSWER.pack(size, 0)
        case Opcode.FSYNC:
            disk.flush()
            return b""
        case Opcode.STATFS:
            return STATFS_ANSWER.pack(0, 0, 0, 0, 0, BLOCK, 255, BLOCK, 0)
        case Opcode.RELEASE | Opcode.FLUSH | Opcode.DESTROY:
            return b""
        case _:
            return None


def run_command(line: str, disk: Disk) -> None:
    """Runs a command, and prints its answer."""
    match line.split():
        case ["mark"]:
            print(len(disk.record), flush=True)
        case ["cut", moment, seed, file]:
            Path(file).write_bytes(disk.cut(int(moment), int(seed)))
            print("cut", flush=True)


def main() -> None:
    """Mounts the disk and serves it. Prints "ready" once it is mounted."""
    file, image = sys.argv[1:]
    disk = Disk(Path(image))
    fuse = os.open("/dev/fuse", os.O_RDWR)
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"fd={fuse},rootmode=100600,user_id=0,group_id=0,allow_other"
    if libc.mount(b"recording-disk", file.encode(), b"fuse", 0, options.encode()) != 0:
        sys.exit(f"mount: {os.strerror(ctypes.get_errno())}")
    print("ready", flush=True)
    serving = True
    commands = b""
    while True:
        ready, _, _ = select.select([sys.stdin.fileno(), *([fuse] if serving else [])], [], [])
        if fuse in ready:
            serving = serve_request(fuse, disk)
            continue
        data = os.read(sys.stdin.fileno(), 65536)
        commands += data
        while b"\n" in commands:
            line, commands = commands.split(b"\n", 1)
            run_command(line.decode(), disk)
        if not data:
            libc.umount2(file.encode(), MNT_DETACH)
            return


if __name__ == "__main__":
    main()
