#!/usr/bin/env python3
"""Makes damaged copies of SQLite files and archives, the same ones for the same number: mutate.py FOLDER FIRST COUNT FILE..."""
import os
import random
import sys


def pages_of(data):
    size = int.from_bytes(data[16:18], "big") if len(data) > 100 else 0
    size = 65536 if size == 1 else size
    return size if size >= 512 and size & (size - 1) == 0 else 1024


def mutate(data, rng):
    data = bytearray(data)
    page = pages_of(data)
    for _ in range(rng.choice([1, 1, 2, 4, 16])):
        if not data:
            break
        at = rng.randrange(len(data))
        kind = rng.randrange(10)
        if kind == 0:  # one bit
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:  # a number at its ends
            size = rng.choice([1, 2, 4, 8])
            data[at:at + size] = rng.choice([b"\0", b"\xff", b"\x7f", b"\x80"]) * size
        elif kind == 2:  # the file's header
            data[rng.randrange(min(100, len(data)))] = rng.randrange(256)
        elif kind == 3:  # a page's header: kind, cells, pointers
            base = rng.randrange(max(1, len(data) // page)) * page
            base += 100 if base == 0 else 0
            for offset in range(rng.randrange(1, 12)):
                if base + offset < len(data):
                    data[base + offset] = rng.randrange(256)
        elif kind == 4 and len(data) >= 2 * page:  # a page in another's place
            a, b = (rng.randrange(len(data) // page) * page for _ in range(2))
            data[a:a + page] = data[b:b + page]
        elif kind == 5:  # cut
            del data[at:]
        elif kind == 6:  # something in between
            data[at:at] = rng.randbytes(rng.randrange(1, 64))
        elif kind == 7:  # a pointer to some page
            number = rng.randrange(0, len(data) // page + 3)
            base = at - at % 4
            data[base:base + 4] = number.to_bytes(4, "big")
        elif kind == 8:  # words of the schema
            words = [b"TABLE", b"INTEGER", b"PRIMARY", b"KEY", b"TEXT", b"CREATE", b"VIEW", b"INDEX"]
            place = data.find(rng.choice(words))
            if place >= 0:
                data[place:place + 5] = rng.choice([b"VIEWS", b"AS (1", b"(((((", b"'''''", b"UNION", b"\0\0\0\0\0"])
        else:  # noise
            size = min(rng.randrange(1, 200), len(data) - at)
            data[at:at + size] = rng.randbytes(size)
    return bytes(data)


def main():
    folder, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    files = sorted(sys.argv[4:])
    for number in range(first, first + count):
        rng = random.Random(number)
        name = rng.choice(files)
        with open(name, "rb") as file:
            data = file.read()
        with open(os.path.join(folder, f"{number}.db"), "wb") as file:
            file.write(mutate(data, rng))


main()
