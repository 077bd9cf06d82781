/** The log of a bundle: whose word it is, and what is in it. As `host/verify/src/log.rs` has it. */
async function openLog(told, pinned, findings) {
  const keys = await logKeys(told, pinned, findings);
  const name = "the checkpoint of the bundle";
  const head = await findings.take("signature", name, () => openCheckpoint(told.checkpoint, told.origin, keys));
  // One that the log has not signed is used all the same, so that what else is wrong shows.
  return { head: head ?? readCheckpoint(told.checkpoint), key: keys.latest.key };
}

/** The keys of the log, from the pinned one on. */
async function logKeys(told, pinned, findings) {
  if (pinned === null || pinned.text === told.key.text) return follow(new LogKeys(pinned ?? told.key), told, 0, findings);
  const handsOver = told.rotations.findIndex((note) => linesOf(note.text)[4] === pinned.text);
  if (handsOver < 0) {
    const problem = `its first key is ${told.key.text}, and it hands over to none that is the pinned one, ${pinned.text}`;
    findings.fail("signature", "the log's key", new Wrong(problem));
  }
  return follow(new LogKeys(pinned), told, handsOver < 0 ? told.rotations.length : handsOver + 1, findings);
}

/** Follows the hand-overs after so many, up to the first that does not hold. */
async function follow(keys, told, after, findings) {
  for (const [at, note] of told.rotations.entries()) {
    if (at >= after && !(await findings.take("signature", `rotation ${at + 1}`, () => keys.rotate(told.origin, note)))) break;
  }
  return keys;
}

async function checkInclusion({ receipt, digest, salt, leaf, proof }, { head }) {
  if (head === null) throw new Wrong("there is no checkpoint that could be read");
  const follows = await receiptDigest(receipt);
  if (digest !== follows) throw new Wrong(`its digest is told as ${digest}, and ${follows} follows`);
  const entry = await salted("leaf", salt, fromHex(digest));
  await verifyInclusion({ index: leaf, hashes: proof }, await leafHash(entry), head);
}
