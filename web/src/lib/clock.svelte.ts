/** One ticking second for the whole page, kept near the server's time so that waits do not go negative. */
let now = $state(Date.now());
let offset = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

function tick(): void {
  now = Date.now() + offset;
  timer = setTimeout(tick, 1000 - (now % 1000) + 5);
}

export const clock = {
  /** Milliseconds since 1970, reactive, once a second. */
  get now() {
    if (timer === undefined && typeof window !== 'undefined') timer = setTimeout(tick, 1000 - (Date.now() % 1000));
    return now;
  },
  /** A Date header has whole seconds and travelled, so only a real difference counts. */
  learn(serverDate: string | null): void {
    const at = serverDate ? Date.parse(serverDate) : NaN;
    if (!Number.isFinite(at)) return;
    const seen = at - Date.now();
    offset = Math.abs(seen) > 2500 ? seen : 0;
  },
};
