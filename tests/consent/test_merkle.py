"""Against the recursive definitions of RFC 6962, section 2.1, written out here, and the vectors of its reference."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.consent.merkle import (
    EMPTY_ROOT,
    CompactRange,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# Leaves and roots of the reference implementation's tests (certificate-transparency, merkle_tree_test).
VECTOR_LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
VECTOR_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def split(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def naive_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*naive_path(index, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(index - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(old: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = split(len(leaves))
    if old <= k:
        return [*naive_subproof(old, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_subproof(old - k, leaves[k:], False), naive_root(leaves[:k])]


def made_leaves(size: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(size)]


def stored_nodes(leaves: list[bytes]):
    tree, nodes = CompactRange(), {(0, at): leaf for at, leaf in enumerate(leaves)}
    for leaf in leaves:
        for level, position, value in tree.append(leaf):
            nodes[level, position] = value
    return lambda level, position: nodes[level, position]


sizes = st.integers(1, 130)


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_of_the_reference_vectors(size: int):
    assert root_of(map(leaf_hash, VECTOR_LEAVES[:size])).hex() == VECTOR_ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing():
    assert CompactRange().root() == EMPTY_ROOT == naive_root([])


@given(st.integers(0, 300))
def test_root_is_the_recursive_one(size: int):
    leaves = made_leaves(size)
    assert root_of(leaves) == naive_root(leaves)


@given(sizes)
def test_every_completed_node_is_the_root_over_its_leaves(size: int):
    leaves, tree = made_leaves(size), CompactRange()
    for leaf in leaves:
        for level, position, value in tree.append(leaf):
            assert value == naive_root(leaves[position << level : (position + 1) << level])


@given(sizes, sizes)
def test_a_compact_range_goes_on_where_it_was_stored(first: int, more: int):
    leaves = made_leaves(first + more)
    tree = CompactRange()
    for leaf in leaves[:first]:
        tree.append(leaf)
    tree = CompactRange.from_bytes(tree.to_bytes())
    for leaf in leaves[first:]:
        tree.append(leaf)
    assert tree.root() == naive_root(leaves)


@pytest.mark.parametrize("data", [b"", b"1234567", bytes(7) + b"\x03" + bytes(32), bytes(7) + b"\x01" + bytes(31)])
def test_a_damaged_compact_range_is_refused(data: bytes):
    with pytest.raises(ValueError, match="compact range"):
        CompactRange.from_bytes(data)


@given(st.data())
def test_inclusion_proofs(data: st.DataObject):
    size = data.draw(sizes)
    index = data.draw(st.integers(0, size - 1))
    leaves = made_leaves(size)
    proof = inclusion_proof(index, size, stored_nodes(leaves))
    root = naive_root(leaves)
    assert list(proof) == naive_path(index, leaves)
    assert verify_inclusion(leaves[index], index, size, proof, root)
    assert not verify_inclusion(leaf_hash(b"forged"), index, size, proof, root)
    assert not verify_inclusion(leaves[index], index, size, proof, leaf_hash(b"other root"))
    assert not verify_inclusion(leaves[index], index, size, (*proof, root), root)
    if proof:
        assert not verify_inclusion(leaves[index], index, size, proof[:-1], root)
    other = data.draw(st.integers(-1, size + 1))
    if other != index:
        assert not verify_inclusion(leaves[index], other, size, proof, root)


@given(st.data())
def test_consistency_proofs(data: st.DataObject):
    size = data.draw(sizes)
    old = data.draw(st.integers(1, size))
    leaves = made_leaves(size)
    root, old_root = naive_root(leaves), naive_root(leaves[:old])
    proof = consistency_proof(old, size, stored_nodes(leaves))
    assert list(proof) == naive_subproof(old, leaves, True)
    assert verify_consistency(old, old_root, size, root, proof)
    forked = [*leaves]
    forked[data.draw(st.integers(0, old - 1))] = leaf_hash(b"forged")
    assert not verify_consistency(old, naive_root(forked[:old]), size, root, proof)
    assert not verify_consistency(old, old_root, size, naive_root(forked), proof)
    assert not verify_consistency(old, old_root, size, root, (*proof, root))


def test_consistency_with_the_empty_tree_and_with_a_larger_one():
    assert consistency_proof(0, 5, stored_nodes(made_leaves(5))) == ()
    assert verify_consistency(0, EMPTY_ROOT, 5, naive_root(made_leaves(5)), ())
    assert not verify_consistency(0, leaf_hash(b""), 5, naive_root(made_leaves(5)), ())
    assert not verify_consistency(6, naive_root(made_leaves(6)), 5, naive_root(made_leaves(5)), ())
    with pytest.raises(ValueError, match="does not begin"):
        consistency_proof(6, 5, stored_nodes(made_leaves(5)))


@pytest.mark.parametrize("index", [-1, 3])
def test_no_proof_of_a_leaf_that_is_not_there(index: int):
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, 3, stored_nodes(made_leaves(3)))
