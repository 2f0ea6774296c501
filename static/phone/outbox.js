// Reports wait on the phone until the server has confirmed them; sent twice, they are stored once.

/** @typedef {import("./store.js").Store} Store */
/** @typedef {"sent" | "waits" | "locked" | "gone" | "early"} Outcome */

const AGAIN = 2000; // milliseconds in which a second tap on the same is the first one's

export class Outbox {
  /**
   * @param {Store} store
   * @param {string} base The address of the link.
   * @param {(faults: string[]) => void} refused Hears of reports that the server does not take.
   */
  constructor(store, base, refused) {
    this.store = store;
    this.base = base;
    this.refused = refused;
    /** At `here` of the phone's clock the operation's showed `there`; it runs at `speed`, in an exercise faster. */
    this.clock = { here: 0, there: 0, speed: 1 };
    /** @type {Map<string, number>} */
    this.tapped = new Map();
    /** @type {Promise<Outcome> | null} */
    this.sending = null;
  }

  /**
   * The report that now waits; null where this was a second tap on the same thing.
   * @param {Partial<PhoneReport> & { code: string }} told
   * @param {string} word
   */
  async add(told, word) {
    const same = JSON.stringify([told.code, told.site, told.suspect, told.note, told.corrects]);
    const now = Date.now();
    if (now - (this.tapped.get(same) ?? Number.NEGATIVE_INFINITY) < AGAIN) return null;
    this.tapped.set(same, now);
    const { here, there, speed } = this.clock;
    const at = new Date(there + (now - here) * speed).toISOString();
    const entry = { id: newId(), order: now, word, row: { ...told, at } };
    await this.store.put(entry);
    return entry;
  }

  /** Everything that waits is sent, one sending at a time. */
  send() {
    this.sending ??= this.all().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  /** @returns {Promise<Outcome>} */
  async all() {
    for (;;) {
      const rows = await this.store.waiting();
      if (!rows.length) return "sent";
      const reports = rows.slice(0, 100).map(({ id, row }) => ({ id, ...row }));
      let answer;
      try {
        answer = await fetch(`${this.base}reports`, {
          method: "POST",
          headers: { "Content-Type": "application/json", Accept: "application/json" },
          body: JSON.stringify({ reports }),
          signal: AbortSignal.timeout(8000),
        });
      } catch {
        return "waits";
      }
      const outcome = outcomeOf(answer.status);
      if (outcome !== "sent") return outcome;
      const { stored, refused } = await answer.json();
      const settled = [...stored, ...refused.map((/** @type {{id: string}} */ one) => one.id)];
      await this.store.remove(settled);
      if (refused.length) this.refused(refused.flatMap((/** @type {{faults: string[]}} */ one) => one.faults));
      if (!settled.length) return "waits";
    }
  }
}

/**
 * @param {number} status
 * @returns {Outcome}
 */
export function outcomeOf(status) {
  if (status === 404) return "gone";
  if (status === 401) return "locked";
  if (status === 409) return "early";
  return status === 200 ? "sent" : "waits";
}

/** A random UUID; the browser's own function is there for secure addresses only. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const text = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [0, 8, 12, 16, 20].map((from, i, all) => text.slice(from, all[i + 1])).join("-");
}
