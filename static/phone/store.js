// What lies on the phone: the last state and the reports that the server has not confirmed yet.

/**
 * A report that waits, with the word that it is shown with.
 * @typedef {{ id: string, order: number, word: string, row: PhoneReport }} Waiting
 */
/**
 * @typedef {object} Store
 * @property {(entry: Waiting) => Promise<void>} put
 * @property {(ids: string[]) => Promise<void>} remove
 * @property {() => Promise<Waiting[]>} waiting In the order in which they were tapped.
 * @property {(name: string, value: unknown) => Promise<void>} keep
 * @property {(name: string) => Promise<any>} kept
 * @property {() => Promise<void>} wipe
 */

/**
 * The store of this link; where the address is not secure one that lasts as long as the page.
 * @param {string} name
 * @param {string} source Where the library for IndexedDB lies.
 * @returns {Promise<Store>}
 */
export async function openStore(name, source) {
  return isSecureContext ? await lasting(name, source) : passing();
}

/**
 * @param {string} name
 * @param {string} source
 * @returns {Promise<Store>}
 */
async function lasting(name, source) {
  /** @type {typeof import("idb")} */
  const { openDB, deleteDB } = await import(source);
  const database = await openDB(name, 1, {
    upgrade(made) {
      made.createObjectStore("waiting", { keyPath: "id" });
      made.createObjectStore("kept");
    },
  });
  return {
    async put(entry) {
      await database.put("waiting", entry);
    },
    async remove(ids) {
      const change = database.transaction("waiting", "readwrite");
      await Promise.all([...ids.map((id) => change.store.delete(id)), change.done]);
    },
    async waiting() {
      return inOrder(await database.getAll("waiting"));
    },
    async keep(key, value) {
      await database.put("kept", value, key);
    },
    kept: (key) => database.get("kept", key),
    async wipe() {
      database.close();
      await deleteDB(name);
    },
  };
}

/** @returns {Store} */
function passing() {
  /** @type {Map<string, Waiting>} */
  const rows = new Map();
  /** @type {Map<string, unknown>} */
  const values = new Map();
  return {
    async put(entry) {
      rows.set(entry.id, entry);
    },
    async remove(ids) {
      for (const id of ids) rows.delete(id);
    },
    waiting: async () => inOrder([...rows.values()]),
    async keep(key, value) {
      values.set(key, value);
    },
    kept: async (key) => values.get(key),
    async wipe() {
      rows.clear();
      values.clear();
    },
  };
}

/** @param {Waiting[]} rows */
const inOrder = (rows) => rows.sort((a, b) => a.order - b.order);
