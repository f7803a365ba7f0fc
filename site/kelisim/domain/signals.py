"""The signals of a browser that asks not to be followed: Global Privacy Control and Do Not Track (promise P6)."""


def asks_not_to(*headers: str | None) -> bool:
    """True where one of the headers ``Sec-GPC`` and ``DNT``, as they came, says ``1`` and nothing else.

    Any other value is no signal (GPC, section 3.3). Several headers of one name arrive as one, joined by commas: one
    ``1`` among them is enough.
    """
    return any("1" in [part.strip(" \t") for part in header.split(",")] for header in headers if header)
