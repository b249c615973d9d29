"""Merkle trees as RFC 6962 (Certificate Transparency) defines them: roots, and proofs about them that need no tree.

A node is addressed by its level and its position in it: node (l, p) is the root over the 2^l leaves from p * 2^l on.
Only perfect nodes have an address; whoever stores them can give any root or proof with a logarithmic number of reads.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Node = Callable[[int, int], bytes]
"""Gives the hash of the perfect node at a level and position."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Root over leaf hashes."""
    tree = CompactRange()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def cover(begin: int, end: int) -> list[tuple[int, int]]:
    """The largest perfect nodes, as (level, position), that together cover the leaves from `begin` up to `end`."""
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        nodes.append((level, begin >> level))
        begin += 1 << level
    return nodes


def fold(hashes: Sequence[bytes]) -> bytes:
    """Root over the nodes of a `cover`: from the right, since the smallest subtree is the deepest."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


class CompactRange:
    """A growing tree of which only the roots of its perfect subtrees are kept: one hash per set bit of its size."""

    __slots__ = ("_hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self._hashes = list(hashes)
        if size < 0 or len(self._hashes) != size.bit_count() or any(len(one) != HASH_BYTES for one in self._hashes):
            raise ValueError("a compact range has one hash per set bit of its size")

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash.

        Returns:
            The inner nodes that became perfect, lowest first: (level, position, hash).
        """
        completed = []
        level, position, value = 0, self.size, leaf
        while position & 1:
            value = node_hash(self._hashes.pop(), value)
            level += 1
            position >>= 1
            completed.append((level, position, value))
        self._hashes.append(value)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Root of the tree of all leaves so far."""
        return fold(self._hashes)

    def to_bytes(self) -> bytes:
        """Size in eight bytes, most significant first, then the hashes from the left."""
        return self.size.to_bytes(8, "big") + b"".join(self._hashes)

    @classmethod
    def from_bytes(cls, data: bytes) -> "CompactRange":
        """As `to_bytes` wrote it.

        Raises:
            ValueError: it is not what `to_bytes` writes.
        """
        size, rest = int.from_bytes(data[:8], "big"), data[8:]
        if len(data) < 8 or len(rest) % HASH_BYTES:  # noqa: PLR2004 - the eight bytes of the size
            raise ValueError("a compact range has been cut")
        return cls(size, (rest[at : at + HASH_BYTES] for at in range(0, len(rest), HASH_BYTES)))


def inclusion_nodes(index: int, size: int) -> list[list[tuple[int, int]]]:
    """Which perfect nodes make each hash of an inclusion proof, from the leaf up (each is the `fold` of its nodes).

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    steps: list[list[tuple[int, int]]] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + (1 << ((end - begin - 1).bit_length() - 1))
        if index < middle:
            steps.append(cover(middle, end))
            end = middle
        else:
            steps.append(cover(begin, middle))
            begin = middle
    return steps[::-1]


def inclusion_proof(index: int, size: int, node: Node) -> tuple[bytes, ...]:
    """Audit path of a leaf in the tree of the first `size` leaves (RFC 6962, section 2.1.1).

    Raises:
        ValueError: there is no such leaf.
    """
    return tuple(fold([node(*at) for at in nodes]) for nodes in inclusion_nodes(index, size))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether an audit path leads from a leaf hash to a root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, value = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            value = node_hash(step, value)
            while at and not at & 1:
                at >>= 1
                last >>= 1
        else:
            value = node_hash(value, step)
        at >>= 1
        last >>= 1
    return last == 0 and value == root


def consistency_proof(old_size: int, size: int, node: Node) -> tuple[bytes, ...]:
    """Proof that the tree of `old_size` leaves begins the tree of `size` leaves (RFC 6962, section 2.1.2).

    Empty if the sizes are equal or the old tree is empty: then there is nothing to prove.

    Raises:
        ValueError: the old tree is larger.
    """
    if not 0 <= old_size <= size:
        raise ValueError(f"a tree of {size} leaves does not begin with {old_size}")
    if old_size in {0, size}:
        return ()
    steps: list[bytes] = []
    begin, end, whole = 0, size, True
    while old_size != end:
        middle = begin + (1 << ((end - begin - 1).bit_length() - 1))
        if old_size <= middle:
            steps.append(fold([node(*at) for at in cover(middle, end)]))
            end = middle
        else:
            steps.append(fold([node(*at) for at in cover(begin, middle)]))
            begin, whole = middle, False
    if not whole:
        steps.append(fold([node(*at) for at in cover(begin, end)]))
    return tuple(reversed(steps))


def verify_consistency(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that one tree begins another (RFC 9162, section 2.1.4.2)."""
    if old_size == size:
        return not proof and old_root == root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    if not 0 < old_size < size or not proof:
        return False
    path = list(proof)
    if not old_size & (old_size - 1):
        path.insert(0, old_root)
    at, last = old_size - 1, size - 1
    while at & 1:
        at >>= 1
        last >>= 1
    old_value = value = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old_value = node_hash(step, old_value)
            value = node_hash(step, value)
            while at and not at & 1:
                at >>= 1
                last >>= 1
        else:
            value = node_hash(value, step)
        at >>= 1
        last >>= 1
    return last == 0 and old_value == old_root and value == root
