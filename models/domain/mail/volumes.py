"""How much mail a house sends where nobody has set it: by the number of its agencies.

Most agencies answer on a cycle's last day, some of them several times, and each answer is told at
once what is right and wrong in it. The limits spare a mail server and stop two machines that answer
each other; they are not to put an honest answer off to the next day.
"""

from __future__ import annotations

LETTERS_EACH, LEAST_LETTERS = 2, 60  # a minute
ANSWERS_EACH, LEAST_ANSWERS = 20, 1000  # a day


def letters_per_minute(agencies: int) -> int:
    """How many letters leave in a minute at the most.

    >>> letters_per_minute(12), letters_per_minute(185)
    (60, 370)
    """
    return max(LEAST_LETTERS, LETTERS_EACH * agencies)


def answers_per_day(agencies: int) -> int:
    """How many automatic answers leave on a day at the most.

    >>> answers_per_day(12), answers_per_day(185)
    (1000, 3700)
    """
    return max(LEAST_ANSWERS, ANSWERS_EACH * agencies)
