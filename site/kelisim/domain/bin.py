"""The business identification number (BIN) of a Kazakhstan company."""

_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def bin_is_valid(text: str) -> bool:
    """True for 12 digits whose last one is the check digit of the first eleven.

    The check digit is the weighted sum modulo 11; where that is 10 the second weights are used, and a number for
    which both give 10 is never issued.
    """
    if len(text) != 12 or not (text.isascii() and text.isdigit()):
        return False
    digits = [int(sign) for sign in text]
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        check = sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11
        if check != 10:
            return check == digits[11]
    return False
