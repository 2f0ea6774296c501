"""A PMTiles file (specification version 3) of vector tiles that are all water, written byte by byte."""

import json
import struct


def varint(number: int) -> bytes:
    """The number in groups of seven bits, the lowest first."""
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def field(number: int, value: int | bytes) -> bytes:
    """A protobuf field: a number, or bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def water_tile() -> bytes:
    """A Mapbox vector tile with one square polygon, in the layer `water`, over the whole tile."""
    square = [9, 0, 0, 26, 8192, 0, 0, 8192, 8191, 0, 15]  # move to 0,0; three lines; close
    geometry = b"".join(map(varint, square))
    feature = field(3, 3) + field(4, geometry)
    layer = field(15, 2) + field(1, b"water") + field(2, feature) + field(5, 4096)
    return field(3, layer)


def pmtiles() -> bytes:
    """The archive: header, a directory with one run of the five tiles of zooms 0 and 1, metadata, the tile."""
    tile, metadata = water_tile(), json.dumps({}).encode()
    directory = b"".join(map(varint, (1, 0, 5, len(tile), 1)))
    places = (127, len(directory), 127 + len(directory), len(metadata), 0, 0)
    data = 127 + len(directory) + len(metadata)
    head = b"PMTiles\x03" + struct.pack("<11Q", *places, data, len(tile), 5, 1, 1)
    head += struct.pack("<6B", 1, 1, 1, 1, 0, 1)
    head += struct.pack("<4i", -1800000000, -850000000, 1800000000, 850000000) + struct.pack("<Bii", 0, 0, 0)
    return head + directory + metadata + tile
