/**
 * One conversation drawn so that each of those that fit has the same chance. The API pages by cursor and cannot jump to the n-th,
 * so time is halved: each half is taken with the chance of its share, until what is left fits on one page.
 */
export interface Drawn { total: number; ids: string[] }
/** How many fit between two moments, and the first `limit` of them. */
export type Look = (from: number, to: number, limit: number) => Promise<Drawn>;

const pageMax = 500;
const smallEnough = 100;

export async function drawRandom(look: Look, from: number, to: number, random: () => number = Math.random): Promise<string | null> {
  let low = from;
  let high = to;
  let total = (await look(low, high, 1)).total;
  if (total === 0) return null;
  let rank = Math.min(total - 1, Math.floor(random() * total));
  while (total > smallEnough && high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    const before = (await look(low, middle, 1)).total;
    if (rank < before) {
      high = middle;
      total = before;
    } else {
      low = middle;
      rank -= before;
      total -= before;
    }
  }
  const { ids } = await look(low, high, pageMax);
  // Something may have been opened in between; then any of those that are there will do.
  return ids[rank] ?? ids[Math.floor(random() * ids.length)] ?? null;
}
