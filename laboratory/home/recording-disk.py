#!/usr/bin/python3
"""A disk with a volatile cache that remembers all that was written to it, in its order, to cut its power afterwards.

It serves one file by FUSE; a loop device over that file is the disk. The kernel writes to it what it writes to a disk,
and asks it to flush where it would ask a disk. What was written before a flush has ended survives a power cut; of what
was written since, a disk may have kept any part.

usage: recording-disk.py FILE IMAGE     (FILE exists: the disk is mounted over it; IMAGE: how the disk begins)
Commands, a line each on standard input, answered by a line on standard output:
  mark             how many writes and flushes there were so far: a moment
  cut MOMENT SEED FILE   writes the disk as a power cut at that moment may have left it; the seed chooses among the ways
  end
"""

import ctypes
import os
import random
import select
import struct
import sys

GETATTR, OPEN, READ, WRITE, STATFS, RELEASE, FSYNC, FLUSH, INIT, SETATTR = 3, 14, 15, 16, 17, 18, 20, 25, 26, 4
FORGET, INTERRUPT, BATCH_FORGET, DESTROY = 2, 36, 42, 38
MAX_WRITE = 128 * 1024
SECTOR = 512
ENOSYS = 38


class Disk:
    def __init__(self, image):
        with open(image, "rb") as file:
            self.begin = file.read()
        self.now = bytearray(self.begin)
        # (offset, data), or None for a flush.
        self.record = []

    def write(self, offset, data):
        self.now[offset : offset + len(data)] = data
        self.record.append((offset, bytes(data)))

    def cut(self, moment, seed):
        chance = random.Random(seed)
        record = self.record[:moment]
        flushed = max((number for number, entry in enumerate(record) if entry is None), default=-1)
        disk = bytearray(self.begin)
        # Seed 0: nothing of the cache survives; 1: all of it; others: each sector, or not.
        for number, entry in enumerate(record):
            if entry is None:
                continue
            offset, data = entry
            for at in range(0, len(data), SECTOR):
                if number <= flushed or (seed != 0 and (seed == 1 or chance.random() < 0.5)):
                    disk[offset + at : offset + min(at + SECTOR, len(data))] = data[at : at + SECTOR]
        return disk


def serve(fuse, disk):
    """Answers one request of the kernel. False: the disk was unmounted."""
    try:
        request = os.read(fuse, MAX_WRITE + 65536)
    except OSError:
        return False
    _, opcode, unique, _, _, _, _, _ = struct.unpack_from("=IIQQIIII", request)
    body = request[40:]
    error, answer = 0, b""
    if opcode == INIT:
        big_writes = 1 << 5
        answer = struct.pack("=IIIIHHIIHHI28x", 7, 31, 65536, big_writes, 12, 9, MAX_WRITE, 1, 32, 0, 0)
    elif opcode in (GETATTR, SETATTR):
        attributes = struct.pack("=QQQQQQIIIIIIIIII", 1, len(disk.now), 0, 0, 0, 0, 0, 0, 0, 0o100600, 1, 0, 0, 0, 4096, 0)
        answer = struct.pack("=QII", 3600, 0, 0) + attributes
    elif opcode == OPEN:
        answer = struct.pack("=QII", 0, 0, 0)
    elif opcode == READ:
        _, offset, size = struct.unpack_from("=QQI", body)
        answer = bytes(disk.now[offset : offset + size])
    elif opcode == WRITE:
        _, offset, size = struct.unpack_from("=QQI", body)
        disk.write(offset, body[40 : 40 + size])
        answer = struct.pack("=II", size, 0)
    elif opcode == FSYNC:
        disk.record.append(None)
    elif opcode == STATFS:
        answer = struct.pack("=QQQQQIIII24x", 0, 0, 0, 0, 0, 4096, 255, 4096, 0)
    elif opcode in (FORGET, BATCH_FORGET, INTERRUPT):
        return True
    elif opcode not in (RELEASE, FLUSH, DESTROY):
        error = -ENOSYS
    os.write(fuse, struct.pack("=IiQ", 16 + len(answer), error, unique) + answer)
    return opcode != DESTROY


def main():
    file, image = sys.argv[1:]
    disk = Disk(image)
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
            serving = serve(fuse, disk)
            continue
        data = os.read(sys.stdin.fileno(), 65536)
        commands += data
        while b"\n" in commands:
            line, commands = commands.split(b"\n", 1)
            words = line.decode().split()
            if words[0] == "mark":
                print(len(disk.record), flush=True)
            elif words[0] == "cut":
                with open(words[3], "wb") as target:
                    target.write(disk.cut(int(words[1]), int(words[2])))
                print("cut", flush=True)
        if not data:
            libc.umount2(file.encode(), 2)
            return


if __name__ == "__main__":
    main()
