/** Proofs in the Merkle tree of RFC 6962, as `host/receipt/src/proof.rs` has them. Which hashes belong in one follows from numbers alone. */
const leafHash = (entry) => sha256(joined([Uint8Array.of(0), fromHex(entry)]));
const nodeHash = (left, right) => sha256(joined([Uint8Array.of(1), fromHex(left), fromHex(right)]));

/** The largest power of two below a number of two or more. */
function split(leaves) {
  let half = 1n;
  while (half * 2n < leaves) half *= 2n;
  return half;
}

/** On which side of the way from a leaf to the root each hash belongs, from the bottom up. */
function sidesOf(index, size) {
  const sides = [];
  for (let [start, end] = [0n, size]; end - start > 1n;) {
    const middle = start + split(end - start);
    const isLeft = index < middle;
    sides.unshift(isLeft ? "right" : "left");
    [start, end] = isLeft ? [start, middle] : [middle, end];
  }
  return sides;
}

/** Refuses a proof unless it leads from the leaf to the root of the tree. */
async function verifyInclusion({ index, hashes }, leaf, { size, root }) {
  if (index >= size) throw new Wrong(`a tree of ${size} leaves has no leaf ${index}`);
  const sides = sidesOf(index, size);
  if (sides.length !== hashes.length) throw new Wrong(`the proof has ${hashes.length} hashes, and ${sides.length} belong in it`);
  let hash = leaf;
  for (const [at, side] of sides.entries()) hash = side === "right" ? await nodeHash(hash, hashes[at]) : await nodeHash(hashes[at], hash);
  if (hash !== root) throw new Wrong(`the proof does not lead from the leaf ${index} to the root of the tree of ${size} leaves`);
}
