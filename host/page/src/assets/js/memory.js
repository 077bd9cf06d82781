/** Pages of 64 KiB that a memory may have: as many as the host gives a rule. */
const PAGES_MAX = 1024;

/** A module whose memories cannot grow past the limit, whatever it says of them itself. Nothing else of it is touched. */
function withCappedMemory(bytes) {
  const from = new Reader(bytes, 8, bytes.length);
  while (!from.done) {
    const start = from.at;
    const code = from.byte();
    const section = from.part(from.u32());
    if (code !== 5) continue;
    const memories = section.list(() => cappedLimits(section));
    const content = [...leb(memories.length), ...memories.flat()];
    return joined([bytes.subarray(0, start), [5, ...leb(content.length), ...content], bytes.subarray(from.at)]);
  }
  return bytes;
}

function cappedLimits(from) {
  const kind = from.byte();
  if (kind > 1) throw new Unfit("it has a memory of a kind that rules must not have");
  const least = from.u32();
  const most = kind === 1 ? from.u32() : PAGES_MAX;
  if (least > PAGES_MAX) throw new Unfit("it begins with more memory than 64 MiB");
  return [1, ...leb(least), ...leb(Math.min(most, PAGES_MAX))];
}

/** A number below 2^31 in LEB128. */
function leb(number) {
  return number < 0x80 ? [number] : [(number & 0x7f) | 0x80, ...leb(number >>> 7)];
}
