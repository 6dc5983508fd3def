"""All relabelings, or a seeded random sample of them, made in blocks.

A relabeling is a row of weights, one per runner. Nothing here knows about curves.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, islice, permutations
from math import comb, factorial

import numpy as np

from glutelab.contrasts.choices import MAX_EXACT

__all__ = ["Relabelings"]


class Relabelings:
    """The relabelings of one test, in blocks that depend on nothing but the seed.

    Parameters
    ----------
    scheme : {"groups", "signs", "order"}
        Which runners are in the first group; the sign of each runner's difference; which runner
        gets which row of the design.
    n : int
        Runners.
    n_first : int
        Runners in the first group ("groups").
    n_random : int
        How many to draw, the observed one among them, if there are more than `exact_limit`.
    seed : int
    block : int
        Relabelings to a block.
    exact_limit : int

    Attributes
    ----------
    count : int
        Relabelings in all blocks together.
    exact : bool
        Whether these are all there are.
    """

    def __init__(
        self,
        scheme: str,
        n: int,
        *,
        n_first: int = 0,
        n_random: int = 10_000,
        seed: int = 0,
        block: int = 4096,
        exact_limit: int = MAX_EXACT,
    ):
        self.scheme, self.n, self.n_first, self.seed, self.block = scheme, n, n_first, seed, block
        self.possible = {"groups": comb(n, n_first), "signs": 2**n, "order": factorial(n)}[scheme]
        self.exact = self.possible <= exact_limit
        self.count = self.possible if self.exact else n_random

    def blocks(self) -> Iterator[tuple[int, np.ndarray | int]]:
        """First place of each block, and what `weights` needs to make it.

        Yields
        ------
        tuple of int and (ndarray or int)
            Enumerated indices where counting has to go in order, otherwise the number of the block.
        """
        counted = None
        if self.exact and self.scheme == "groups":
            # The smaller group is counted out; its complement is the other one.
            few = min(self.n_first, self.n - self.n_first)
            counted, width = combinations(range(self.n), few), few
        elif self.exact and self.scheme == "order":
            counted, width = permutations(range(self.n)), self.n
        for number, start in enumerate(range(0, self.count, self.block)):
            if counted is None:
                yield start, number
            else:
                part = chain.from_iterable(islice(counted, self.block))
                yield start, np.fromiter(part, np.intp).reshape(-1, width)

    def weights(self, start: int, what: np.ndarray | int) -> np.ndarray:
        """One block of relabelings.

        Parameters
        ----------
        start : int
        what : ndarray or int
            Both from `blocks`.

        Returns
        -------
        ndarray, shape (n_block, n)
            "groups": 1.0 in the first group, else 0.0. "signs": 1.0 or -1.0. "order": the row of
            the design that each runner gets, as integers.
        """
        size = min(self.block, self.count - start)
        if self.exact:
            return self._counted(start, size, what)
        rng = np.random.default_rng([self.seed, what])
        drawn = getattr(self, f"_random_{self.scheme}")(rng, size)
        if start == 0:
            drawn[0] = self.observed()
        return drawn

    def observed(self) -> np.ndarray:
        """The relabeling that was observed: first group first, no sign turned, order kept."""
        if self.scheme == "groups":
            return (np.arange(self.n) < self.n_first).astype(float)
        return np.ones(self.n) if self.scheme == "signs" else np.arange(self.n)

    def _counted(self, start: int, size: int, what: np.ndarray | int) -> np.ndarray:
        if self.scheme == "order":
            return what
        if self.scheme == "signs":
            bits = np.arange(start, start + size)[:, None] >> np.arange(self.n)
            return 1.0 - 2.0 * (bits & 1)
        swapped = what.shape[1] < self.n_first
        weights = np.full((size, self.n), float(swapped))
        weights[np.arange(size)[:, None], what] = 1.0 - swapped
        return weights

    def _random_groups(self, rng: np.random.Generator, size: int) -> np.ndarray:
        """Sampling by selection (Knuth, algorithm S), one runner at a time over all relabelings.

        Each runner is taken with probability "places left / runners left": exactly uniform over
        groups, and nothing but three vector operations per runner. Sorting random keys for the same
        purpose takes ten times as long as the matrix product that uses the labels.
        """
        weights = np.empty((self.n, size))
        left = np.full(size, self.n_first, np.float32)
        draws = rng.random((self.n, size), dtype=np.float32)
        for runner, draw in enumerate(draws):
            draw *= np.float32(self.n - runner)
            taken = draw < left
            weights[runner] = taken
            left -= taken
        return weights.T

    def _random_signs(self, rng: np.random.Generator, size: int) -> np.ndarray:
        return 1.0 - 2.0 * rng.integers(0, 2, (size, self.n), dtype=np.int8)

    def _random_order(self, rng: np.random.Generator, size: int) -> np.ndarray:
        """Random keys with the runner's number in their lowest bits, sorted.

        At least 20 bits are random. Where two keys agree in them (one pair in a million), runners
        stay in order, which nothing that is reported can show.
        """
        kind = np.uint32 if self.n <= 4096 else np.uint64
        bits = kind((1 << (self.n - 1).bit_length()) - 1)
        keys = rng.integers(0, np.iinfo(kind).max, (size, self.n), dtype=kind, endpoint=True)
        keys &= ~bits
        keys |= np.arange(self.n, dtype=kind)
        keys.sort(axis=1)
        keys &= bits
        return keys.astype(np.intp)
