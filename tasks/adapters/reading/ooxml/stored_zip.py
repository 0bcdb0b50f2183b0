"""A ZIP whose members are stored as they are: nothing is packed that is unpacked at once."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

_LOCAL = struct.Struct("<4s5H3I2H")
_LISTED = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION = 20
_FIRST_DAY = 0x21  # 1 January 1980, the earliest that a ZIP can name


def stored_zip(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP of these parts, by their names in ASCII; together less than 4 GB.

    >>> import io, zipfile
    >>> zipfile.ZipFile(io.BytesIO(stored_zip({"a.xml": b"<a/>"}))).read("a.xml")
    b'<a/>'
    """
    written: list[bytes] = []
    listed: list[bytes] = []
    place = 0
    for name, data in parts.items():
        stated = name.encode("ascii")
        # Neither flags nor packing; as large as it is stored; nothing beside the name.
        known = (_VERSION, 0, 0, 0, _FIRST_DAY, zlib.crc32(data), len(data), len(data), len(stated))
        local = _LOCAL.pack(b"PK\x03\x04", *known, 0)
        written += (local, stated, data)
        listed += (
            _LISTED.pack(b"PK\x01\x02", _VERSION, *known, 0, 0, 0, 0, 0, place),
            stated,
        )
        place += len(local) + len(stated) + len(data)
    size = sum(map(len, listed))
    end = _END.pack(b"PK\x05\x06", 0, 0, len(parts), len(parts), size, place, 0)
    return b"".join((*written, *listed, end))
